with stages as (
    {{ read_array(source('raw', 'hubspot_pipelines'), 'stages') }}
),

documents as (
    {{ read_documents(
        'stages',
        {
            'stage_id': ['id'],
            'label': ['label'],
            'display_order': ['displayOrder'],
            'archived': ['archived'],
            'closed': ['metadata', 'isClosed'],
            'probability': ['metadata', 'probability'],
        },
        where='true',
        document='element',
    ) }}
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
        loaded_at
    from documents
    where stage_id is not null
),

final as (
    select
        *,
        -- NULL where the stage does not say whether it is closed.
        is_closed and coalesce(probability, 0) = 1 as is_won
    from typed
)

select * from final
