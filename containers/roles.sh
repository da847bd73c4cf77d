#!/bin/sh
# Run by the image of PostgreSQL on its first start: a role that owns the tables, and one that LAMIS serves
# with. The second is neither owner nor superuser, so that row-level security holds for it.
set -e
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --quiet <<'SQL'
\set owner_password `cat /run/secrets/owner_password`
\set app_password `cat /run/secrets/app_password`
CREATE ROLE lamis_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE lamis LOGIN PASSWORD :'app_password';
CREATE DATABASE lamis OWNER lamis_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
SQL
