{#
    Tables on DuckDB are replaced by one statement, which readers see whole or not at all, and
    which a kill cannot cut in two. dbt's own way (build aside, rename, rename, drop) is meant for
    engines without it and costs twice the time of a small model.
#}
{% materialization table, adapter='duckdb' %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}

    {%- if existing_relation is not none and not existing_relation.is_table -%}
        {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks) }}

    {% call statement('main') -%}
        create or replace table {{ target_relation }} as (
            {{ compiled_code }}
        )
    {%- endcall %}

    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
