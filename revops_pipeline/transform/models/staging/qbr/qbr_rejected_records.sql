with texts as (
    {{ qbr_texts() }}
),

final as (
    {{ rejects('texts', 'qbr', 'records', qbr_checks()) }}
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'record_id' as {{ quoted('column') }},
        record_id as {{ quoted('value') }},
        case
            when id like 'twice:%' then 'the id of another record'
            else 'a record without its id'
        end as reason,
        'untyped' as kind,
        loaded_at as rejected_at
    from texts
    where {{ qbr_is_set_aside('id') }}
)

select * from final
