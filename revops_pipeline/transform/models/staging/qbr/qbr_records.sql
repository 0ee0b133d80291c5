with texts as (
    {{ qbr_texts() }}
),

further as (
    select
        id,
        {{ other_fields('document', qbr_contract() | list) }} as other_fields
    from {{ with_held_values(source('raw', 'qbr_records')) }}
    where deleted_at is null
),

typed as (
    select
        id,
        {% for field in qbr_contract() %}
        {{ qbr_value(field) }} as {{ field }},
        {% endfor %}
        loaded_at
    from texts
    where not {{ qbr_is_set_aside('id') }}
),

-- The health score from 0 to 100, whatever scale it is sent on.
scaled as (
    select
        id,
        health_score as sent_health_score,
        {{ qbr_health('health_score') }} as health_score
    from typed
),

final as (
    select
        {% for field in qbr_contract() %}
        {{ 'scaled' if field == 'health_score' else 'typed' }}.{{ field }},
        {% endfor %}
        {{ qbr_quotient(
            '(100 - typed.renewal_probability) * 100',
            'case when scaled.health_score < 1 then 1 else scaled.health_score end',
        ) }} as risk_factor,
        -- As the connector's author wrote it: no risk where the renewal is least likely.
        case
            when typed.renewal_probability is null or scaled.sent_health_score is null then null
            when typed.renewal_probability = 0 or scaled.sent_health_score = 0 then 0
            else {{ qbr_quotient('(100 - typed.renewal_probability) * 100', 'scaled.sent_health_score') }}
        end as risk_factor_seed,
        further.other_fields,
        typed.loaded_at
    from typed
    inner join scaled on typed.id = scaled.id
    inner join further on typed.id = further.id
)

select * from final
