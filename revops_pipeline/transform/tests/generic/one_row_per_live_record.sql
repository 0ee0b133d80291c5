{#
    The model holds exactly the records of a HubSpot stream that are live: not deleted, not
    archived, not merged into another one. Counted from the raw table, not from the models between.
#}
{% test one_row_per_live_record(model, object_type) %}
with raw_records as (
    {{ read_documents(source('raw', 'hubspot_' ~ object_type), {'archived': ['archived']}) }}
),

expected as (
    select raw_records.id
    from raw_records
    left join {{ ref('hubspot_merged_ids') }} as merged
        on raw_records.id = merged.old_id and merged.object_type = '{{ object_type }}'
    where merged.old_id is null and coalesce(raw_records.archived, 'false') <> 'true'
)

select coalesce(expected.id, actual.id) as id
from expected
full outer join {{ model }} as actual on expected.id = actual.id
where expected.id is null or actual.id is null
{% endtest %}
