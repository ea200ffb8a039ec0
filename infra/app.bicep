// The app: Flex Consumption, Node 22, HTTPS only, and every setting that src/settings.ts knows. An empty one is the default.
param token string
param location string
param tags object
param identityId string
param identityClientId string
param storageName string
param packageContainerUrl string
param tableEndpoint string
param insightsConnectionString string

param auth string
param entraTenant string
param entraAudience string
param entraAuthority string

@secure()
param controlKey string

@secure()
param appsBase64 string

param seed string

param publicUrl string
param unknownItems string
param historicContract string
param logLevel string
param quotaLinks string
param quotaItems string
param quotaBytes string
param retentionDays string
param otlpEndpoint string
param otlpMetricsEndpoint string

@secure()
param otlpHeaders string

param metricsExporter string
param metricExportInterval string
param maximumInstanceCount int
param instanceMemory int

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-graph-mock-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-graph-mock-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'mock' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: {
        name: 'node'
        version: '22'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemory
      }
    }
  }

  // No user name and password to deploy with, either.
  resource publishing 'basicPublishingCredentialsPolicies' = [
    for way in ['ftp', 'scm']: {
      name: way
      properties: { allow: false }
    }
  ]

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      // The Functions host's own storage, and where it reports to.
      AzureWebJobsStorage__accountName: storageName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'

      // Who the mock signs in as, and that it looks for no other way.
      AZURE_CLIENT_ID: identityClientId
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'

      // The mock.
      GRAPH_MOCK_STORAGE: tableEndpoint
      GRAPH_MOCK_PUBLIC_URL: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
      GRAPH_MOCK_AUTH: auth
      GRAPH_MOCK_ENTRA_TENANT: entraTenant
      GRAPH_MOCK_ENTRA_AUDIENCE: entraAudience
      GRAPH_MOCK_ENTRA_AUTHORITY: entraAuthority
      GRAPH_MOCK_CONTROL_KEY: controlKey
      GRAPH_MOCK_APPS: empty(appsBase64) ? '' : base64ToString(appsBase64)
      GRAPH_MOCK_SEED: seed
      GRAPH_MOCK_UNKNOWN_ITEMS: unknownItems
      GRAPH_MOCK_HISTORIC_CONTRACT: historicContract
      GRAPH_MOCK_LOG: logLevel
      GRAPH_MOCK_QUOTA_LINKS: quotaLinks
      GRAPH_MOCK_QUOTA_ITEMS: quotaItems
      GRAPH_MOCK_QUOTA_BYTES: quotaBytes
      GRAPH_MOCK_RETENTION_DAYS: retentionDays
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: otlpMetricsEndpoint
      OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders
      OTEL_METRICS_EXPORTER: metricsExporter
      OTEL_METRIC_EXPORT_INTERVAL: metricExportInterval
    }
  }
}

output name string = app.name
output endpoint string = 'https://${app.properties.defaultHostName}'
