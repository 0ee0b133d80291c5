{#
    The column contract of HubSpot's objects: our column, and the property it is read from.
    A property that a portal lacks is a NULL column. Everything is text here.
#}
{% macro hubspot_contract(object_type) -%}
    {%- set contracts = {
        'contacts': {
            'email': 'email',
            'first_name': 'firstname',
            'last_name': 'lastname',
            'lifecycle_stage': 'lifecyclestage',
            'owner_id': 'hubspot_owner_id',
            'associated_company_id': 'associatedcompanyid',
            'additional_emails': 'hs_additional_emails',
        },
        'companies': {
            'name': 'name',
            'industry': 'industry',
            'domain': 'domain',
            'website': 'website',
            'additional_domains': 'hs_additional_domains',
            'country': 'country',
            'owner_id': 'hubspot_owner_id',
            'salesforce_account_id': 'salesforceaccountid',
        },
        'deals': {
            'deal_name': 'dealname',
            'amount': 'amount',
            'currency': 'deal_currency_code',
            'amount_in_home_currency': 'amount_in_home_currency',
            'close_date': 'closedate',
            'deal_stage': 'dealstage',
            'pipeline': 'pipeline',
            'closed_flag': 'hs_is_closed',
            'won_flag': 'hs_is_closed_won',
            'owner_id': 'hubspot_owner_id',
        },
    } -%}
    {{ return(contracts[object_type]) }}
{%- endmacro %}

{# One row per live record: not deleted, not archived, not merged into another. Text columns. #}
{% macro hubspot_live_records(object_type) -%}
{%- set fields = {'is_archived': ['archived'], 'created_at': ['createdAt'], 'updated_at': ['updatedAt']} -%}
{%- for column, property in hubspot_contract(object_type).items() -%}
    {%- do fields.update({column: ['properties', property]}) -%}
{%- endfor -%}
with documents as (
    {{ read_documents(source('raw', 'hubspot_' ~ object_type), fields) }}
),

merged as (
    select old_id from {{ ref('hubspot_merged_ids') }} where object_type = '{{ object_type }}'
),

final as (
    select
        documents.id,
        {% for column in fields %}
        {{ to_id('documents.' ~ column) if column.endswith('_id') else 'documents.' ~ column }} as {{ column }},
        {% endfor %}
        documents.loaded_at
    from documents
    left join merged on documents.id = merged.old_id
    where
        merged.old_id is null
        and coalesce({{ to_boolean('documents.is_archived') }}, false) = false
)

select * from final
{%- endmacro %}

{#
    One row per pair of live records that an association joins, both ends followed to the record
    they were merged into: <from_column>, <to_column>, flagged (1 where HubSpot calls it primary).
#}
{% macro hubspot_live_edges(stream, from_type, from_column, to_type, to_column) -%}
    select
        from_records.id as {{ from_column }},
        to_records.id as {{ to_column }},
        max(case when {{ to_boolean('edges.is_primary') }} then 1 else 0 end) as flagged
    from (
        {{ read_documents(
            source('raw', stream),
            {'from_id': ['from_id'], 'to_id': ['to_id'], 'is_primary': ['is_primary']},
        ) }}
    ) as edges
    left join {{ ref('hubspot_merged_ids') }} as from_merged
        on edges.from_id = from_merged.old_id and from_merged.object_type = '{{ from_type }}'
    left join {{ ref('hubspot_merged_ids') }} as to_merged
        on edges.to_id = to_merged.old_id and to_merged.object_type = '{{ to_type }}'
    inner join {{ ref('base_hubspot_' ~ from_type) }} as from_records
        on coalesce(from_merged.current_id, edges.from_id) = from_records.id
    inner join {{ ref('base_hubspot_' ~ to_type) }} as to_records
        on coalesce(to_merged.current_id, edges.to_id) = to_records.id
    group by from_records.id, to_records.id
{%- endmacro %}
