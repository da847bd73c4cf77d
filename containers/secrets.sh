#!/bin/sh
# Makes the secrets that compose.yaml hands to its services, once: sh containers/secrets.sh
# Back up `secrets/`: without encryption_keys the stored passwords of sources are lost.
set -eu
umask 077
cd "$(dirname "$0")/.."
mkdir -p secrets

word() { head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n'; }
# A Fernet key: 32 bytes in base64 with - and _ for + and /.
key() { head -c 32 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }
keep() {
    if [ ! -e "secrets/$1" ]; then
        printf '%s\n' "$2" >"secrets/$1"
        # The folder is its owner's; the services, each a user of its own, are handed single files of it.
        chmod 0444 "secrets/$1"
    fi
}

keep postgres_password "$(word)"
keep owner_password "$(word)"
keep app_password "$(word)"
keep redis_password "$(word)"
keep database_owner_url "postgresql://lamis_owner:$(cat secrets/owner_password)@postgres/lamis"
keep database_url "postgresql://lamis:$(cat secrets/app_password)@postgres/lamis"
keep redis_url "redis://:$(cat secrets/redis_password)@redis:6379/0"
keep secret_key "$(word)"
keep encryption_keys "$(key)"
echo "The secrets lie in secrets/; keep a copy of them elsewhere."
