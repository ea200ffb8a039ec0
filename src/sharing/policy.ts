/** What a tenant's administrator has decided. The link of an empty body is the organisation's default (F2.1). */
export const policy = {
  defaultType: 'edit',
  defaultScope: 'organization',
  /** People that one call may name [guess]: Graph says that there is a limit, and not which (F5.1). */
  mostRecipients: 100,
} as const;
