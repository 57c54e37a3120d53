namespace Holdpoint.Actions;

/// <summary>
/// Restores a dump beside the database that it replaces. That one is not touched before the restored one is whole, and then both are renamed
/// in one transaction, so that whatever ends it on its way leaves the data of before where they were.
/// </summary>
internal static class RestoreScript
{
    /// <summary>What <c>PGDATABASE</c> names is neither of the two. Arguments: how it is restored (sql, archive or script), the program that unpacks it, the file, the database, what the restored one and the old one are called, what left ones of earlier attempts begin with; then, for script, a command.</summary>
    public const string Text = """
        how=$1 unpacker=$2 file=$3 live=$4 fresh=$5 kept=$6 left=$7
        shift 7

        sql() {
          PGOPTIONS='-c client_min_messages=warning' psql --no-psqlrc --no-password --quiet --no-align --tuples-only --field-separator=' ' --set=ON_ERROR_STOP=1 \
            --set=live="$live" --set=fresh="$fresh" --set=kept="$kept" --set=left="$left" "$@"
        }
        in_database() { local PGDATABASE=$1; export PGDATABASE; shift; "$@"; }

        # A line a table: its name and its rows.
        counts() {
          in_database "$1" sql <<'SQL'
        select format('select %L, count(*) from %I.%I', schemaname || '.' || tablename, schemaname, tablename)
        from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by schemaname, tablename \gexec
        SQL
        }
        rows() {
          local line tables=0 rows=0
          while read -r line; do [ -z "$line" ] || { tables=$((tables + 1)); rows=$((rows + ${line##* })); }; done <<<"$1"
          echo "$rows rows in $tables tables"
        }
        show() { local line; while read -r line; do [ -z "$line" ] || echo "$1: $line rows"; done <<<"$2"; }

        there=
        [ -z "$live" ] || there=$(sql <<<"select oid from pg_database where datname = :'live'")
        before= told='there was no such database'
        # What is to be replaced may be broken; that must not keep anybody from replacing it.
        if [ -z "$live" ]; then told='no database: is named, so nothing was counted'
        elif [ -n "$there" ]; then if before=$(counts "$live"); then told=$(rows "$before"); else told='rows that could not be counted'; fi; fi
        show before "$before"

        if [ "$how" = script ]; then
          if [ -n "$live" ]; then in_database "$live" "$@"; else "$@"; fi
          after=
          [ -z "$live" ] || after=$(counts "$live")
          show after "$after"
          echo "restored from $file by its script: ${live:+$(rows "$after"); }before: $told"
          exit 0
        fi

        unpack() { if [ "$unpacker" = cat ]; then cat -- "$file"; else "$unpacker" -dc -- "$file"; fi; }
        # A checksum stands at the end, which not everybody reads.
        rest() { "$@"; local status=$?; cat >/dev/null; return "$status"; }

        # What an attempt that was killed has left; its session may still be at work on the server.
        sql <<'SQL'
        select format('drop database %I with (force)', datname) from pg_database where left(datname, length(:'left')) = :'left' \gexec
        SQL
        trap 'sql <<<"drop database if exists :\"fresh\" with (force)" 2>&1' EXIT
        if [ -n "$there" ]; then
          sql <<'SQL'
        select format('create database %I template template0 owner %I encoding %L lc_collate %L lc_ctype %L connection limit %s', :'fresh', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit)
          || case to_jsonb(d) ->> 'datlocprovider'
               when 'i' then format(' locale_provider icu icu_locale %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
               when 'b' then format(' locale_provider builtin builtin_locale %L', to_jsonb(d) ->> 'datlocale')
               else '' end
        from pg_database d where datname = :'live' \gexec
        select format('revoke all on database %I from public', :'fresh') from pg_database where datname = :'live' and datacl is not null \gexec
        select format('grant %s on database %I to %s%s', a.privilege_type, :'fresh', case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end, case when a.is_grantable then ' with grant option' else '' end)
        from pg_database d, aclexplode(d.datacl) a where d.datname = :'live' \gexec
        select case setrole when 0 then format('alter database %I', :'fresh') else format('alter role %I in database %I', pg_get_userbyid(setrole), :'fresh') end
          || format(' set %I = ', name) || case when value <> '' and name in ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries') then value else quote_literal(value) end
        from pg_database d join pg_db_role_setting on setdatabase = d.oid, unnest(setconfig) s, split_part(s, '=', 1) name, substr(s, strpos(s, '=') + 1) value
        where datname = :'live' \gexec
        SQL
        else
          sql <<<'create database :"fresh" template template0'
        fi

        case $how in
          sql) unpack | in_database "$fresh" psql --no-psqlrc --no-password --quiet --output=/dev/null --set=ON_ERROR_STOP=1 --file=- ;;
          archive) if [ "$unpacker" = cat ]; then pg_restore --no-password --exit-on-error --dbname="$fresh" -- "$file"; else unpack | rest pg_restore --no-password --exit-on-error --dbname="$fresh"; fi ;;
        esac
        in_database "$fresh" sql <<<'analyze'
        after=$(counts "$fresh")
        show after "$after"

        if [ -z "$there" ]; then
          sql <<<'alter database :"fresh" rename to :"live"'
          trap - EXIT
          echo "$live is restored from $file: $(rows "$after"); before: $told"
          exit 0
        fi

        # A rename takes the lock that new connections wait for, and gives those that are there five seconds to end.
        swap() {
          sql <<'SQL'
        begin;
        alter database :"live" rename to :"kept";
        alter database :"fresh" rename to :"live";
        commit;
        SQL
        }
        (
          trap - EXIT
          while sql <<<"select count(pg_terminate_backend(pid)) from pg_stat_activity where datid = $there and backend_type = 'client backend'"; do sleep 0.2; done
        ) >/dev/null &
        ender=$!
        for attempt in 1 2 3 4; do if swap; then break; fi; done
        kill "$ender" 2>/dev/null && wait "$ender" || true
        [ -n "$(sql <<<"select 1 from pg_database where datname = :'kept'")" ] || { echo "connections to $live could not be ended, so it was left as it is" >&2; exit 1; }
        trap - EXIT
        echo "$live is restored from $file: $(rows "$after"); before: $told; the database of before is kept as $kept"
        """;
}
