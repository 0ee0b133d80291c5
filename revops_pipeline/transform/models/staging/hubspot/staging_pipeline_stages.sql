{%- set fields = {
    'stage_id': ['id'],
    'label': ['label'],
    'display_order': ['displayOrder'],
    'archived': ['archived'],
    'closed': ['metadata', 'isClosed'],
    'probability': ['metadata', 'probability'],
} -%}
with stages_now as (
    {{ read_array(source('raw', 'hubspot_pipelines'), 'stages') }}
),

-- Stages of pipelines that are no more, and those that pipelines once had: deals keep their ids.
stages_then as (
    {{ read_array(source('raw', 'hubspot_pipelines'), 'stages', where='deleted_at is not null') }}
    union all
    {{ read_array(history_of(source('raw', 'hubspot_pipelines')), 'stages', where='true') }}
),

documents as (
    {% for stages in ['stages_now', 'stages_then'] %}
    select
        *,
        {{ 'true' if stages == 'stages_then' else 'false' }} as is_deleted
    from (
        {{ read_documents(stages, fields, where='true', document='element') }}
    ) as {{ stages }}_read
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

typed as (
    select
        id as pipeline_id,
        stage_id,
        label,
        {{ to_integer('display_order') }} as display_order,
        {{ to_boolean('closed') }} as is_closed,
        {{ to_ratio('probability') }} as probability,
        coalesce({{ to_boolean('archived') }}, false) as is_archived,
        is_deleted,
        loaded_at
    from documents
    where stage_id is not null
    qualify row_number() over (partition by id, stage_id order by is_deleted asc, loaded_at desc, label asc) = 1
),

final as (
    select
        *,
        -- NULL where the stage does not say whether it is closed.
        is_closed and coalesce(probability, 0) = 1 as is_won
    from typed
)

select * from final
