{# The id of a row of the map: with its kind, where a system gives several kinds of record ids. #}
{% macro mapped_id() -%}
    case when kind is null then source_id else kind || ':' || source_id end
{%- endmacro %}
