-- A further system that has staging tables of its own needs one more branch of `staged`.
with mapped as (
    select
        system,
        case when kind is null then source_id else kind || ':' || source_id end as source_id,
        name,
        domain
    from {{ ref('account_source_map_seed') }}
),

staged as (
    select
        'salesforce' as system,
        id as source_id,
        account_name as name,
        website as domain,
        cast(null as varchar) as further_domains,
        cast(null as varchar) as crm_id
    from {{ ref('staging_salesforce_accounts') }}
    union all
    select
        'hubspot' as system,
        id as source_id,
        name,
        coalesce(domain, website) as domain,
        additional_domains as further_domains,
        salesforce_account_id as crm_id
    from {{ ref('staging_companies') }}
    union all
    select
        'product' as system,
        team_id as source_id,
        team_name as name,
        cast(null as varchar) as domain,
        cast(null as varchar) as further_domains,
        cast(null as varchar) as crm_id
    from {{ ref('staging_teams') }}
    union all
    select
        'qbr' as system,
        company_id as source_id,
        company_name as name,
        cast(null as varchar) as domain,
        cast(null as varchar) as further_domains,
        cast(null as varchar) as crm_id
    from {{ ref('qbr_companies') }}
    union all
    select
        'servicenow' as system,
        source_id,
        account_name as name,
        cast(null as varchar) as domain,
        cast(null as varchar) as further_domains,
        account_id as crm_id
    from {{ ref('staging_servicenow_accounts') }}
),

final as (
    select * from staged
    union all
    select
        mapped.system,
        mapped.source_id,
        mapped.name,
        mapped.domain,
        cast(null as varchar) as further_domains,
        cast(null as varchar) as crm_id
    from mapped
    left join staged on mapped.system = staged.system and mapped.source_id = staged.source_id
    where staged.source_id is null
)

select * from final
