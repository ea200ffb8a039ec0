/** What a tenant's administrator has decided. The link of an empty body is the organisation's default (F2.1). */
export const policy = {
  defaultType: 'edit',
  defaultScope: 'organization',
} as const;
