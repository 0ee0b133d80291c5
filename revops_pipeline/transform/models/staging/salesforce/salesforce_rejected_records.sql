{%- set streams = [
    'accounts', 'opportunities', 'contacts', 'cases', 'tasks', 'users', 'contracts', 'churn_signals'
] -%}
with
{% for stream in streams %}
{{ stream }}_texts as (
    {{ salesforce_texts(stream) }}
),

{% endfor %}
final as (
    {% for stream in streams %}
    {{ rejects(stream ~ '_texts', 'salesforce', stream, salesforce_checks(stream)) }}
    union all
    {% endfor %}
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'account_id' as {{ quoted('column') }},
        cast(null as varchar) as {{ quoted('value') }},
        'an opportunity without an account: it counts for none' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where account_id is null
)

select * from final
