{#
    The share of `amount` that lies between two cumulative weights, exact to the cent.

    Shares of adjoining bounds (0-1, 1-3, 3-total) add up to `amount`: each is the difference of two
    cumulative amounts cut to the cent, and the last bound is the whole. Integer arithmetic,
    because DuckDB divides decimals as floating point.
#}
{% macro share_of(amount, weight_before, weight_after, weight_total) %}
    {{- adapter.dispatch('share_of', 'revops_pipeline')(amount, weight_before, weight_after, weight_total) -}}
{% endmacro %}

{% macro duckdb__share_of(amount, weight_before, weight_after, weight_total) -%}
    {%- set cents = 'cast(cast(' ~ amount ~ ' as decimal(38, 2)) * 100 as hugeint)' -%}
    cast(
        cast(
            ({{ cents }} * {{ weight_after }}) // {{ weight_total }}
            - ({{ cents }} * {{ weight_before }}) // {{ weight_total }}
            as decimal(34, 0)
        ) * cast(0.01 as decimal(3, 2)) as decimal(38, 2)
    )
{%- endmacro %}

{# What remains is taken away first, so that the division comes out even: Snowflake's has six digits. #}
{% macro snowflake__share_of(amount, weight_before, weight_after, weight_total) -%}
    {%- set total = 'cast(' ~ weight_total ~ ' as decimal(9, 0))' -%}
    {%- set cents = 'cast(cast(' ~ amount ~ ' as decimal(38, 2)) * 100 as decimal(28, 0))' -%}
    cast(
        (
            {{ whole_quotient(cents ~ ' * ' ~ weight_after, total) }}
            - {{ whole_quotient(cents ~ ' * ' ~ weight_before, total) }}
        ) * cast(0.01 as decimal(3, 2)) as decimal(38, 2)
    )
{%- endmacro %}

{# The quotient of two whole numbers without its fraction. #}
{% macro whole_quotient(dividend, divisor) -%}
    cast(
        cast({{ dividend }} - mod({{ dividend }}, {{ divisor }}) as decimal(38, 0)) / {{ divisor }}
        as decimal(34, 0)
    )
{%- endmacro %}

{# The part of a company's total that is one team's, by the bounds of `company_team_shares`. #}
{% macro team_share(total) -%}
    {{ share_of('coalesce(' ~ total ~ ', 0)', 'shares.weight_before', 'shares.weight_after', 'shares.weight_total') }}
{%- endmacro %}
