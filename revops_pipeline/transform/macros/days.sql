{#
    The day of a property that HubSpot keeps as the instant at which somebody picked it: the day that
    the portal's zone had then. What comes as a day stays that day.
#}
{% macro day_in_zone(text, zone) -%}
    case
        when {{ matches(trimmed(text), '[0-9]{4}-[0-9]{2}-[0-9]{2}') }} then try_cast({{ trimmed(text) }} as date)
        when {{ matches(trimmed(text), '[0-9]{11,14}') }}
            then cast({{ in_zone(from_epoch_ms(text), zone) }} as date)
        else cast({{ in_zone(to_utc(text), zone) }} as date)
    end
{%- endmacro %}

{# A time in UTC as the clocks of a zone (an IANA name) showed it. #}
{% macro in_zone(time, zone) %}
    {{- adapter.dispatch('in_zone', 'revops_pipeline')(time, zone) -}}
{% endmacro %}

{% macro duckdb__in_zone(time, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ time }}))
{%- endmacro %}

{% macro snowflake__in_zone(time, zone) -%}
    convert_timezone('UTC', {{ zone }}, {{ time }})
{%- endmacro %}

{# Milliseconds since 1970, as text, as UTC. #}
{% macro from_epoch_ms(text) %}
    {{- adapter.dispatch('from_epoch_ms', 'revops_pipeline')(text) -}}
{% endmacro %}

{% macro duckdb__from_epoch_ms(text) -%}
    epoch_ms(try_cast({{ trimmed(text) }} as bigint))
{%- endmacro %}

{% macro snowflake__from_epoch_ms(text) -%}
    to_timestamp_ntz(try_cast({{ trimmed(text) }} as decimal(14, 0)), 3)
{%- endmacro %}

{#
    The name of a zone, NULL where the engine does not know it: a name that it does not know would
    break the build. Snowflake cannot be asked; the loader stores no other names than IANA's.
#}
{% macro known_zone(name) %}
    {{- adapter.dispatch('known_zone', 'revops_pipeline')(name) -}}
{% endmacro %}

{% macro duckdb__known_zone(name) -%}
    case when {{ name }} in (select name from pg_timezone_names()) then {{ name }} end
{%- endmacro %}

{% macro snowflake__known_zone(name) -%}
    {{ name }}
{%- endmacro %}
