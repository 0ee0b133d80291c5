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
        'a closed opportunity without an account: it counts for none' as reason,
        'not_given' as kind,
        loaded_at as rejected_at
    from opportunities_texts
    -- An open one may get its account yet.
    where account_id is null and {{ to_flag('is_closed') }}
)

select * from final
