{#
    A raw table as staging reads it: where a field of its records is hidden now, documents that came
    without it have the value that their newest version with it had. What is sent wins, also where
    it is null. A table of which nothing is held is read as it is.
#}
{% macro with_held_values(relation) %}
    {%- set fields = held_fields(relation) -%}
    {%- if fields -%}
        {{ adapter.dispatch('held_over', 'revops_pipeline')(relation, fields) }}
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{% endmacro %}

{#
    The fields of which values of the table are held. A run tells them by the variable `held_fields`
    (table → fields); who calls dbt by hand has them looked up.
#}
{% macro held_fields(relation) -%}
    {%- if relation is string or relation.schema != 'raw' -%} {{ return([]) }} {%- endif -%}
    {%- set table = relation.identifier | lower -%}
    {%- set told = var('held_fields', none) -%}
    {%- if told is not none -%} {{ return(told.get(table, [])) }} {%- endif -%}
    {%- set held = held_relation(relation) -%}
    {%- if not execute or not load_relation(held) -%} {{ return([]) }} {%- endif -%}
    {%- set found = run_query(
        "select distinct field from " ~ held ~ " where source || '_' || stream = '" ~ table ~ "' order by field"
    ) -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro %}

{% macro held_relation(relation) -%}
    {{ return(api.Relation.create(database=relation.database, schema='ops', identifier='held_values')) }}
{%- endmacro %}

{# The key of a HubSpot document under which its properties are. #}
{% macro fields_under(relation) -%}
    {{ return('properties' if (relation.identifier | lower).startswith('hubspot_') else '') }}
{%- endmacro %}

{# A merge patch adds what the held object has and the document lacks. #}
{% macro duckdb__held_over(relation, fields) -%}
    {%- set held = 'json_group_object(field, cast(value as json))' -%}
    {%- set under = fields_under(relation) -%}
    (
        select
            records.id,
            records.loaded_at,
            records.deleted_at,
            coalesce(
                cast(json_merge_patch(held.fields, records.document) as varchar), records.document
            ) as document
        from {{ relation }} as records
        left join (
            select
                id,
                {{ "json_object('" ~ under ~ "', " ~ held ~ ")" if under else held }} as fields
            from {{ held_relation(relation) }}
            where source || '_' || stream = '{{ relation.identifier | lower }}'
            group by id
        ) as held on records.id = held.id
    ) as with_held
{%- endmacro %}

{# A field that is absent in both stays so: `object_insert` leaves out what is NULL. #}
{% macro snowflake__held_over(relation, fields) -%}
    {%- set under = fields_under(relation) -%}
    {%- set fields_of = 'records.document' ~ (':"' ~ under ~ '"' if under) -%}
    {%- set filled = namespace(sql='cast(' ~ fields_of ~ ' as object)') -%}
    {%- for field in fields -%}
        {%- set key, text = field | replace('"', '""'), field | replace("'", "''") -%}
        {%- set filled.sql = "object_insert(" ~ filled.sql ~ ", '" ~ text ~ "', coalesce(" ~ fields_of
            ~ (".\"" if under else ":\"") ~ key ~ "\", parse_json(held.value_" ~ loop.index ~ ")), true)" -%}
    {%- endfor -%}
    {%- if under -%}
        {%- set filled.sql = "object_insert(cast(records.document as object), '" ~ under ~ "', " ~ filled.sql ~ ", true)" -%}
    {%- endif -%}
    (
        select
            records.id,
            records.loaded_at,
            records.deleted_at,
            cast({{ filled.sql }} as variant) as document
        from {{ relation }} as records
        left join (
            select
                id,
                {% for field in fields %}
                max(case when field = '{{ field | replace("'", "''") }}' then value end) as value_{{ loop.index }}{{ ',' if not loop.last }}
                {% endfor %}
            from {{ held_relation(relation) }}
            where source || '_' || stream = '{{ relation.identifier | lower }}'
            group by id
        ) as held on records.id = held.id
    ) as with_held
{%- endmacro %}
