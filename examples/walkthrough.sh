#!/usr/bin/env bash
# A file is shared, listed, unshared and shared anew, with nothing but curl. Start the mock first: npm start
set -euo pipefail
graph=${GRAPH:-http://127.0.0.1:7071}/v1.0
call() { curl --silent --show-error --header 'Authorization: Bearer any' --header 'Content-Type: application/json' "$@"; }
field() { node -pe "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }

echo '# A file of our own'
call --request PUT "$graph/me/drive/root:/Projects/Plan%20%231.txt:/content" --data-binary 'Ship it.' | field name

echo '# A link that everybody in the organisation can view: 201, and 200 for the same link again'
item="$graph/me/drive/root:/Projects/Plan%20%231.txt:"
call --request POST "$item/createLink" --data '{"type": "view", "scope": "organization"}' --output /dev/null --write-out '%{http_code}\n'
call --request POST "$item/createLink" --data '{"type": "view", "scope": "organization"}' --output /dev/null --write-out '%{http_code}\n'

echo '# Who may do what'
call "$item/permissions" | field 'value.map(({ roles, link }) => `${roles} ${link ? link.scope : "directly"}`).join("\n")'

echo '# Unshared, and shared anew'
id=$(call "$item/permissions" | field 'value.find(({ link }) => link).id')
call --request DELETE "$item/permissions/$id" --output /dev/null --write-out '%{http_code}\n'
call --request POST "$item/createLink" --data '{"type": "view", "scope": "organization"}' --output /dev/null --write-out '%{http_code}\n'

echo '# What Graph says to a request it does not like'
call --request POST "$item/createLink" --data '{"type": "embed", "scope": "anonymous"}' | field error.message
call --request DELETE "$item" --output /dev/null --write-out '%{http_code}\n'
