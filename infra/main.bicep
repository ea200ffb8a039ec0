// Everything that a mock in the cloud needs, in a resource group of its own: an app on the Flex Consumption plan, storage
// without keys, an identity that may use it, and Application Insights. docs/deploy.md tells how to use it.
targetScope = 'subscription'

@description('Name of the azd environment. It names the resource group, and all other names follow from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Azure region. It has to be one that offers Flex Consumption.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Who may call: bearer (any token), scopes (a JWT whose scopes count; its signature does not), entra (a token of your tenant), none (anybody, without a token). Only entra keeps strangers out.')
@allowed(['entra', 'scopes', 'bearer', 'none'])
param auth string

@description('For entra: the tenant whose tokens are taken. By default the one that the subscription belongs to.')
param entraTenant string = ''

@description('For entra, which cannot do without: what a token may be meant for, separated by commas: client ids and application ID URIs.')
param entraAudience string = ''

@description('For entra: who issues the tokens. Another one for a national cloud. By default that of the cloud this is deployed to.')
param entraAuthority string = ''

@description('Opens /_mock/* to whoever sends it as x-mock-key. Without one, nothing there answers.')
@secure()
param controlKey string = ''

// In base64, since azd puts a variable into the text of its parameter file and parses that as JSON afterwards: no double
// quote comes through. As an object azd takes it too, but only newer versions do, and older ones then fail without it.
// https://github.com/Azure/azure-dev, `loadParameters` in cli/azd/pkg/infra/provisioning/bicep/bicep_provider.go
@description('The apps that may sign in, with their secrets: the JSON of GRAPH_MOCK_APPS, in base64. Without any, every client id may.')
@secure()
param appsBase64 string = ''

@description('A file of the package, in JSON or YAML, with what is there at the start: seeds/ours.yaml, where seeds/ours.yaml was there when it was built. By default the sample.')
param seed string = ''

@description('Origin of webUrl and every other absolute URL of an answer, where the app stands behind a name of your own. By default its own.')
param publicUrl string = ''

@description('What an unknown item id is: an error (reject), or a file from its first use on (create).')
@allowed(['reject', 'create'])
param unknownItems string = 'reject'

@description('Whether the three routes of 2015 answer as their page says.')
@allowed(['on', 'off'])
param historicContract string = 'on'

@description('Which requests have a line in the log: none (off), those that failed by a fault of the mock or its storage (error), all (info).')
@allowed(['off', 'error', 'info'])
param logLevel string = 'info'

@description('How many permissions a tenant may have, or none for any number.')
param quotaLinks string = '10000'

@description('How many files and folders a tenant may have, or none for any number.')
param quotaItems string = '10000'

@description('How many bytes the files of a tenant may have, or none for any number.')
param quotaBytes string = '1073741824'

@description('After how many days without a call a tenant is removed. 0 keeps everything.')
param retentionDays string = '7'

@description('Where counters are sent, by OTLP over HTTP: the endpoint for all kinds of telemetry, such as https://otlp.example.com. Nowhere without.')
param otlpEndpoint string = ''

@description('The same for metrics alone, with its whole path. It wins over the other.')
param otlpMetricsEndpoint string = ''

@description('What is sent along to either, as name=value, separated by commas: a key, as a rule.')
@secure()
param otlpHeaders string = ''

@description('otlp, or none: then no counters are sent, whatever endpoint there is for other kinds of telemetry.')
param metricsExporter string = 'otlp'

@description('How often counters are sent, in milliseconds.')
param metricExportInterval string = '60000'

@description('The most instances at once: what a load test can cost at the most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

var token = toLower(uniqueString(subscription().id, environmentName, location))
// A mock that takes tokens of Entra ID, and knows of none that is meant for it, would be deployed and answer nothing. Said
// in the name of what all else lies in, it is known before anything is made.
var groupName = auth == 'entra' && empty(entraAudience)
  ? fail('auth is entra, so entraAudience has to say what a token may be meant for. With azd: azd env set GRAPH_MOCK_ENTRA_AUDIENCE <client id or application ID URI>')
  : 'rg-${environmentName}'
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: groupName
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-graph-mock-${token}'
    location: location
    tags: tags
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'stmock${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    retentionDays: logRetentionDays
  }
}

module app 'app.bicep' = {
  name: 'app'
  scope: group
  params: {
    token: token
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainerUrl: storage.outputs.packageContainerUrl
    tableEndpoint: storage.outputs.tableEndpoint
    insightsConnectionString: monitoring.outputs.connectionString
    auth: auth
    entraTenant: empty(entraTenant) ? tenant().tenantId : entraTenant
    entraAudience: entraAudience
    entraAuthority: empty(entraAuthority) ? environment().authentication.loginEndpoint : entraAuthority
    controlKey: controlKey
    appsBase64: appsBase64
    seed: seed
    publicUrl: publicUrl
    unknownItems: unknownItems
    historicContract: historicContract
    logLevel: logLevel
    quotaLinks: quotaLinks
    quotaItems: quotaItems
    quotaBytes: quotaBytes
    retentionDays: retentionDays
    otlpEndpoint: otlpEndpoint
    otlpMetricsEndpoint: otlpMetricsEndpoint
    otlpHeaders: otlpHeaders
    metricsExporter: metricsExporter
    metricExportInterval: metricExportInterval
    maximumInstanceCount: maximumInstanceCount
    instanceMemory: instanceMemory
  }
}

@description('Where the mock answers. Graph\'s paths follow: /v1.0/me/drive.')
output GRAPH_MOCK_ENDPOINT string = app.outputs.endpoint

@description('A command that shows the control key, to whoever may read the app\'s settings.')
output CONTROL_KEY_COMMAND string = 'az functionapp config appsettings list --resource-group ${group.name} --name ${app.outputs.name} --query "[?name==\'GRAPH_MOCK_CONTROL_KEY\'].value" --output tsv'

@description('The app, for func azure functionapp publish.')
output AZURE_FUNCTION_NAME string = app.outputs.name

output AZURE_RESOURCE_GROUP string = group.name
