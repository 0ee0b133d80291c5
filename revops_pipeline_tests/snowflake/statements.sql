-- dbt
show objects in <database>.marts
    limit 10000
;

-- dbt
show objects in <database>.ops
    limit 10000
;

-- dbt
show objects in <database>.staging
    limit 10000
;

-- dbt
show terse schemas in database <database>
    limit 10000
;

-- dbt
show user functions in <database>.marts
;

-- dbt
show user functions in <database>.ops
;

-- dbt
show user functions in <database>.staging
;

-- model.revops_pipeline.account_link_overrides
create or replace transient table <database>.staging.account_link_overrides
    as (with kept_in_git as (
    select * from <database>.staging.account_link_override_seed
),
taken_by_command as (
    select * from <database>.ops.link_overrides
),
final as (
    select
        left_system,
        left_id,
        right_system,
        right_id,
        decision,
        author,
        reason,
        decided_at,
        'seed' as origin
    from kept_in_git
    union all
    select
        left_system,
        left_id,
        right_system,
        right_id,
        decision,
        author,
        reason,
        decided_at,
        'command' as origin
    from taken_by_command
)
select * from final
    )
;

-- model.revops_pipeline.account_parties
create or replace transient table <database>.staging.account_parties
    as (-- A further system that has staging tables of its own needs one more branch of `staged`.
with mapped as (
    select
        system,
        case when kind is null then source_id else kind || ':' || source_id end as source_id,
        name,
        domain
    from <database>.staging.account_source_map_seed
),
staged as (
    select
        'salesforce' as system,
        id as source_id,
        account_name as name,
        website as domain,
        cast(null as varchar) as crm_id
    from <database>.staging.staging_salesforce_accounts
    union all
    select
        'hubspot' as system,
        id as source_id,
        name,
        coalesce(domain, website) as domain,
        salesforce_account_id as crm_id
    from <database>.staging.staging_companies
    union all
    select
        'product' as system,
        team_id as source_id,
        team_name as name,
        cast(null as varchar) as domain,
        cast(null as varchar) as crm_id
    from <database>.staging.staging_teams
    union all
    select
        'qbr' as system,
        company_id as source_id,
        company_name as name,
        cast(null as varchar) as domain,
        cast(null as varchar) as crm_id
    from <database>.staging.qbr_companies
    union all
    select
        'servicenow' as system,
        source_id,
        account_name as name,
        cast(null as varchar) as domain,
        account_id as crm_id
    from <database>.staging.staging_servicenow_accounts
),
final as (
    select * from staged
    union all
    select
        mapped.system,
        mapped.source_id,
        mapped.name,
        mapped.domain,
        cast(null as varchar) as crm_id
    from mapped
    left join staged on mapped.system = staged.system and mapped.source_id = staged.source_id
    where staged.source_id is null
)
select * from final
    )
;

-- model.revops_pipeline.base_hubspot_companies
create or replace transient table <database>.staging.base_hubspot_companies
    as (with documents as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as is_archived,
        case when trim(cast(document:"createdAt" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"createdAt" as varchar) end as created_at,
        case when trim(cast(document:"updatedAt" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"updatedAt" as varchar) end as updated_at,
        case when trim(cast(document:"properties"."name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."name" as varchar) end as name,
        case when trim(cast(document:"properties"."industry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."industry" as varchar) end as industry,
        case when trim(cast(document:"properties"."domain" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."domain" as varchar) end as domain,
        case when trim(cast(document:"properties"."website" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."website" as varchar) end as website,
        case when trim(cast(document:"properties"."country" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."country" as varchar) end as country,
        case when trim(cast(document:"properties"."hubspot_owner_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hubspot_owner_id" as varchar) end as owner_id,
        case when trim(cast(document:"properties"."salesforceaccountid" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."salesforceaccountid" as varchar) end as salesforce_account_id,
        loaded_at
    from <database>.raw.hubspot_companies
    where deleted_at is null
),
merged as (
    select old_id from <database>.staging.hubspot_merged_ids where object_type = 'companies'
),
final as (
    select documents.*
    from documents
    left join merged on documents.id = merged.old_id
    where
        merged.old_id is null
        and coalesce(case lower(trim(documents.is_archived, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end, false) = false
)
select * from final
    )
;

-- model.revops_pipeline.base_hubspot_contacts
create or replace transient table <database>.staging.base_hubspot_contacts
    as (with documents as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as is_archived,
        case when trim(cast(document:"createdAt" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"createdAt" as varchar) end as created_at,
        case when trim(cast(document:"updatedAt" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"updatedAt" as varchar) end as updated_at,
        case when trim(cast(document:"properties"."email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."email" as varchar) end as email,
        case when trim(cast(document:"properties"."firstname" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."firstname" as varchar) end as first_name,
        case when trim(cast(document:"properties"."lastname" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."lastname" as varchar) end as last_name,
        case when trim(cast(document:"properties"."lifecyclestage" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."lifecyclestage" as varchar) end as lifecycle_stage,
        case when trim(cast(document:"properties"."hubspot_owner_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hubspot_owner_id" as varchar) end as owner_id,
        case when trim(cast(document:"properties"."associatedcompanyid" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."associatedcompanyid" as varchar) end as associated_company_id,
        loaded_at
    from <database>.raw.hubspot_contacts
    where deleted_at is null
),
merged as (
    select old_id from <database>.staging.hubspot_merged_ids where object_type = 'contacts'
),
final as (
    select documents.*
    from documents
    left join merged on documents.id = merged.old_id
    where
        merged.old_id is null
        and coalesce(case lower(trim(documents.is_archived, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end, false) = false
)
select * from final
    )
;

-- model.revops_pipeline.base_hubspot_deals
create or replace transient table <database>.staging.base_hubspot_deals
    as (with documents as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as is_archived,
        case when trim(cast(document:"createdAt" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"createdAt" as varchar) end as created_at,
        case when trim(cast(document:"updatedAt" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"updatedAt" as varchar) end as updated_at,
        case when trim(cast(document:"properties"."dealname" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."dealname" as varchar) end as deal_name,
        case when trim(cast(document:"properties"."amount" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."amount" as varchar) end as amount,
        case when trim(cast(document:"properties"."deal_currency_code" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."deal_currency_code" as varchar) end as currency,
        case when trim(cast(document:"properties"."closedate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."closedate" as varchar) end as close_date,
        case when trim(cast(document:"properties"."dealstage" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."dealstage" as varchar) end as deal_stage,
        case when trim(cast(document:"properties"."pipeline" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."pipeline" as varchar) end as pipeline,
        case when trim(cast(document:"properties"."hs_is_closed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hs_is_closed" as varchar) end as closed_flag,
        case when trim(cast(document:"properties"."hs_is_closed_won" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hs_is_closed_won" as varchar) end as won_flag,
        case when trim(cast(document:"properties"."hubspot_owner_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hubspot_owner_id" as varchar) end as owner_id,
        loaded_at
    from <database>.raw.hubspot_deals
    where deleted_at is null
),
merged as (
    select old_id from <database>.staging.hubspot_merged_ids where object_type = 'deals'
),
final as (
    select documents.*
    from documents
    left join merged on documents.id = merged.old_id
    where
        merged.old_id is null
        and coalesce(case lower(trim(documents.is_archived, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end, false) = false
)
select * from final
    )
;

-- model.revops_pipeline.company_deals
alter table <database>.marts.company_deals cluster by (company_name)
;

-- model.revops_pipeline.company_deals
create or replace transient table <database>.marts.company_deals
    as (select * from (
            with deals as (
    select * from <database>.staging.staging_deals
),
deal_companies as (
    select * from <database>.staging.staging_deal_companies
),
companies as (
    select
        id,
        name
    from <database>.staging.staging_companies
),
pairs as (
    select
        deal_id,
        company_id,
        is_primary,
        count(*) over (partition by deal_id) as company_count,
        row_number() over (partition by deal_id order by try_cast(company_id as decimal(38, 0)) asc nulls last, company_id asc) as place
    from deal_companies
),
final as (
    select
        deals.id as deal_id,
        deals.amount,
        deals.close_date,
        pairs.company_id,
        coalesce(companies.name, 'Unknown') as company_name,
        deals.currency,
        pairs.is_primary,
        pairs.company_count,
        cast(
            case when deals.amount is null or pairs.is_primary then deals.amount else 0 end as decimal(18, 2)
        ) as allocated_amount,
        deals.pipeline,
        deals.deal_stage,
        deals.is_won,
        deals.is_closed
    from pairs
    inner join deals on pairs.deal_id = deals.id
    inner join companies on pairs.company_id = companies.id
)
select * from final
        )
        order by (
            company_name
        )
    )
;

-- model.revops_pipeline.company_team_shares
create or replace transient table <database>.marts.company_team_shares
    as (with links as (
    select distinct
        left_id as team_id,
        right_id as company_id
    from <database>.marts.account_links
    where left_system = 'product' and right_system = 'hubspot'
),
companies as (
    select * from <database>.staging.staging_companies
),
teams as (
    select * from <database>.staging.staging_teams
),
members as (
    select
        memberships.team_id,
        count(*) as members
    from <database>.staging.staging_team_membership as memberships
    inner join <database>.staging.staging_users as known_users
        on memberships.user_id = known_users.user_id
    group by memberships.team_id
),
-- Links outlive what they join: a dead company or team drops out here.
linked as (
    select
        companies.id as company_id,
        teams.team_id,
        coalesce(members.members, 0) as members,
        sum(coalesce(members.members, 0)) over (partition by companies.id) as company_members
    from links
    inner join companies on links.company_id = companies.id
    inner join teams on links.team_id = teams.team_id
    left join members on links.team_id = members.team_id
),
weighted as (
    select
        company_id,
        team_id,
        1 as weight
    from linked
),
bounded as (
    select
        company_id,
        team_id,
        weight,
        cast(sum(weight) over (partition by company_id) as bigint) as weight_total,
        cast(
            sum(weight) over (
                partition by company_id order by try_cast(team_id as decimal(38, 0)) asc nulls last, team_id asc
                rows between unbounded preceding and current row
            ) as bigint
        ) as weight_after
    from weighted
),
final as (
    select
        company_id,
        team_id,
        weight_after - weight as weight_before,
        weight_after,
        weight_total
    from bounded
)
select * from final
    )
;

-- model.revops_pipeline.contacts_to_users
alter table <database>.marts.contacts_to_users cluster by (email)
;

-- model.revops_pipeline.contacts_to_users
create or replace transient table <database>.marts.contacts_to_users
    as (select * from (
            with contacts as (
    select * from <database>.staging.staging_contacts
),
users as (
    select * from <database>.staging.staging_users
),
transactions as (
    select * from <database>.staging.staging_transactions
),
deals as (
    select * from <database>.staging.staging_deals
),
deal_contacts as (
    select * from <database>.staging.staging_deal_contacts
),
-- With `auto`: the users' own column where the product has it, else transactions.
source_used as (
    select
        case
            when count(case when has_lifetime_spend_column then 1 end) > 0 then 'users_column'
            else 'transactions'
        end as lifetime_spend_source
    from users
),
spend as (
    select
        'users_column' as lifetime_spend_source,
        spent.holder_id,
        spent.amount
    from (
        select
                user_id as holder_id,
                cast(client_lifetime_spend as decimal(38, 2)) as amount
            from users
    ) as spent
    union all
    select
        'transactions' as lifetime_spend_source,
        spent.holder_id,
        spent.amount
    from (
        select
                user_id as holder_id,
                sum(amount) as amount
            from transactions
            where user_id is not null
            group by user_id
    ) as spent
),
-- Of the users that share an e-mail the newest is the contact's.
newest_users as (
    select
        user_id,
        email,
        email_key,
        count(*) over (partition by email_key) as match_count
    from users
    where email_key is not null
    qualify row_number() over (partition by email_key order by try_cast(user_id as decimal(38, 0)) desc nulls last, user_id desc) = 1
),
final as (
    select
        contacts.id as contact_id,
        contacts.first_name,
        contacts.last_name,
        newest_users.user_id,
        coalesce(newest_users.email, contacts.email, 'Unknown') as email,
        spend.amount as clientLifeTimeSpend,  -- noqa: CP02
        coalesce(newest_users.match_count, 0) as match_count,
        source_used.lifetime_spend_source
    from contacts
    cross join source_used
    left join newest_users on contacts.email_key = newest_users.email_key
    left join spend
        on
            source_used.lifetime_spend_source = spend.lifetime_spend_source
            and newest_users.user_id = spend.holder_id
)
select * from final
        )
        order by (
            email
        )
    )
;

-- model.revops_pipeline.deal_conversion
create or replace   view <database>.marts.deal_conversion
  as (
    with deals as (
    select * from <database>.staging.staging_deals
),
stages as (
    select * from <database>.staging.staging_pipeline_stages
),
counted as (
    select
        pipeline as pipeline_id,
        deal_stage as stage_id,
        count(*) as deals,
        sum(amount) as amount,
        sum(case when is_won then 1 else 0 end) as won_deals,
        sum(case when is_closed and not is_won then 1 else 0 end) as lost_deals,
        sum(case when is_closed then 0 else 1 end) as open_deals
    from deals
    group by pipeline, deal_stage
),
final as (
    select
        coalesce(counted.pipeline_id, stages.pipeline_id) as pipeline_id,
        coalesce(counted.stage_id, stages.stage_id) as stage_id,
        coalesce(stages.label, counted.stage_id, 'Unknown') as stage_label,
        stages.display_order,
        coalesce(counted.deals, 0) as deals,
        cast(coalesce(counted.amount, 0) as decimal(38, 2)) as amount,
        cast(coalesce(counted.won_deals, 0) as bigint) as won_deals,
        cast(coalesce(counted.lost_deals, 0) as bigint) as lost_deals,
        cast(coalesce(counted.open_deals, 0) as bigint) as open_deals
    from counted
    full outer join stages
        on counted.pipeline_id = stages.pipeline_id and counted.stage_id = stages.stage_id
    where counted.deals is not null or not stages.is_archived
)
select * from final
  )
;

-- model.revops_pipeline.deals_without_company
create or replace transient table <database>.marts.deals_without_company
    as (with deals as (
    select * from <database>.staging.staging_deals
),
deal_companies as (
    select deal_id from <database>.staging.staging_deal_companies
),
companies as (
    select id from <database>.staging.staging_companies
),
edges as (
    select
        id,
        case when trim(cast(document:"from_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"from_id" as varchar) end as deal_id,
        case when trim(cast(document:"to_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"to_id" as varchar) end as company_id,
        loaded_at
    from <database>.raw.hubspot_deal_companies
    where true
),
merged as (
    select
        object_type,
        old_id,
        current_id
    from <database>.staging.hubspot_merged_ids
),
-- Associations vanish with their company, so one that was seen once counts, if its company is
-- what went: one that was taken away from a live company leaves a deal without an association.
lost_company as (
    select distinct coalesce(merged_deals.current_id, edges.deal_id) as deal_id
    from edges
    left join merged as merged_deals
        on edges.deal_id = merged_deals.old_id and merged_deals.object_type = 'deals'
    left join merged as merged_companies
        on edges.company_id = merged_companies.old_id and merged_companies.object_type = 'companies'
    left join companies
        on coalesce(merged_companies.current_id, edges.company_id) = companies.id
    where companies.id is null
),
final as (
    select
        deals.id as deal_id,
        deals.amount,
        case
            when lost_company.deal_id is null then 'no association'
            else 'company archived or deleted'
        end as reason
    from deals
    left join deal_companies on deals.id = deal_companies.deal_id
    left join lost_company on deals.id = lost_company.deal_id
    where deal_companies.deal_id is null
)
select * from final
    )
;

-- model.revops_pipeline.hubspot_merged_ids
create or replace transient table <database>.staging.hubspot_merged_ids
    as (
with recursive documents as (
    select
        'contacts' as object_type,
        id,
        merged_ids
    from (
        select
        id,
        case when trim(cast(document:"properties"."hs_merged_object_ids" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hs_merged_object_ids" as varchar) end as merged_ids,
        loaded_at
    from <database>.raw.hubspot_contacts
    where true
    ) as records
    where merged_ids is not null
    union all
    select
        'companies' as object_type,
        id,
        merged_ids
    from (
        select
        id,
        case when trim(cast(document:"properties"."hs_merged_object_ids" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hs_merged_object_ids" as varchar) end as merged_ids,
        loaded_at
    from <database>.raw.hubspot_companies
    where true
    ) as records
    where merged_ids is not null
    union all
    select
        'deals' as object_type,
        id,
        merged_ids
    from (
        select
        id,
        case when trim(cast(document:"properties"."hs_merged_object_ids" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"properties"."hs_merged_object_ids" as varchar) end as merged_ids,
        loaded_at
    from <database>.raw.hubspot_deals
    where true
    ) as records
    where merged_ids is not null
),
mentions as (
    select
        object_type, id,
        trim(cast(parts.value as varchar)) as part
    from documents,
        lateral flatten(input => split(merged_ids, ';')) as parts
),
-- Every survivor of a series of merges may list all its ancestors: one successor each keeps
-- the number of paths linear.
successors as (
    select
        object_type,
        part as old_id,
        id as current_id
    from mentions
    where part <> '' and part <> id
    qualify row_number() over (
        partition by object_type, part order by try_cast(id as decimal(38, 0)) desc nulls last, id desc
    ) = 1
),
chains as (
    select
        object_type,
        old_id,
        current_id,
        1 as hops
    from successors
    union all
    select
        chains.object_type,
        chains.old_id,
        successors.current_id,
        chains.hops + 1 as hops
    from chains
    inner join successors
        on
            chains.object_type = successors.object_type
            and chains.current_id = successors.old_id
    -- Two records that list each other would go round for ever.
    where chains.hops < 100
),
final as (
    select
        chains.object_type,
        chains.old_id,
        chains.current_id
    from chains
    left join successors
        on
            chains.object_type = successors.object_type
            and chains.current_id = successors.old_id
    where successors.old_id is null
)
select * from final
    )
;

-- model.revops_pipeline.hubspot_rejected_records
create or replace transient table <database>.staging.hubspot_rejected_records
    as (with pipeline_stages as (
    select
        records.id,
        records.loaded_at,
        elements.value as element
    from <database>.raw.hubspot_pipelines as records,
        lateral flatten(input => get(records.document, 'stages')) as elements
    where deleted_at is null
),
stage_texts as (
    select
        id,
        case when trim(cast(element:"metadata"."isClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"metadata"."isClosed" as varchar) end as closed,
        case when trim(cast(element:"metadata"."probability" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"metadata"."probability" as varchar) end as probability,
        loaded_at
    from pipeline_stages
    where true
),
memberships as (
    select
        id,
        case when trim(cast(document:"user_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"team_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"team_id" as varchar) end as team_id,
        loaded_at
    from <database>.raw.product_team_membership
    where deleted_at is null
),
users as (
    select
        id,
        case when trim(cast(document:"client_lifetime_spend" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"client_lifetime_spend" as varchar) end as client_lifetime_spend,
        loaded_at
    from <database>.raw.product_users
    where deleted_at is null
),
transactions as (
    select
        id,
        case when trim(cast(document:"amount" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"amount" as varchar) end as amount,
        loaded_at
    from <database>.raw.product_transactions
    where deleted_at is null
),
final as (
    select
        'hubspot' as source,
        'contacts' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_contacts
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'contacts' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_contacts
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'companies' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_companies
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'companies' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_companies
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'companies' as stream,
        id,
        'salesforce_account_id' as "COLUMN",
        salesforce_account_id as "VALUE",
        'a placeholder, no id' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_companies
    where salesforce_account_id is not null and case
        when regexp_like(trim(salesforce_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(salesforce_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(salesforce_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(salesforce_account_id, ' \t\n\r\u00a0')
    end is null
    union all
    select
        'hubspot' as source,
        'deals' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_deals
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'deals' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_deals
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'deals' as stream,
        id,
        'amount' as "COLUMN",
        amount as "VALUE",
        'not an amount of at most 16 digits before the point' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_deals
    where amount is not null and case
        when regexp_like(trim(amount, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'hubspot' as source,
        'deals' as stream,
        id,
        'close_date' as "COLUMN",
        close_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_deals
    where close_date is not null and case
        when regexp_like(trim(close_date, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(close_date, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(close_date, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(close_date, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'hubspot' as source,
        'deals' as stream,
        id,
        'closed_flag' as "COLUMN",
        closed_flag as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_deals
    where closed_flag is not null and case lower(trim(closed_flag, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end is null
    union all
    select
        'hubspot' as source,
        'deals' as stream,
        id,
        'won_flag' as "COLUMN",
        won_flag as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from <database>.staging.base_hubspot_deals
    where won_flag is not null and case lower(trim(won_flag, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end is null
    union all
    select
        'product' as source,
        'users' as stream,
        id,
        'client_lifetime_spend' as "COLUMN",
        client_lifetime_spend as "VALUE",
        'not an amount' as reason,
        loaded_at as rejected_at
    from users
    where client_lifetime_spend is not null and case
        when regexp_like(trim(client_lifetime_spend, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(client_lifetime_spend, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'product' as source,
        'transactions' as stream,
        id,
        'amount' as "COLUMN",
        amount as "VALUE",
        'not an amount' as reason,
        loaded_at as rejected_at
    from transactions
    where amount is not null and case
        when regexp_like(trim(amount, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'hubspot' as source,
        'pipelines' as stream,
        id,
        'closed' as "COLUMN",
        closed as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from stage_texts
    where closed is not null and case lower(trim(closed, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end is null
    union all
    select
        'hubspot' as source,
        'pipelines' as stream,
        id,
        'probability' as "COLUMN",
        probability as "VALUE",
        'not a number' as reason,
        loaded_at as rejected_at
    from stage_texts
    where probability is not null and try_cast(trim(probability, ' \t\n\r\u00a0') as decimal(9, 6)) is null
    union all
    select
        'product' as source,
        'team_membership' as stream,
        id,
        case when user_id is null then 'user_id' else 'team_id' end as "COLUMN",
        cast(null as varchar) as "VALUE",
        'a membership without a user or a team' as reason,
        loaded_at as rejected_at
    from memberships
    where user_id is null or team_id is null
)
select * from final
    )
;

-- model.revops_pipeline.qbr_companies
create or replace transient table <database>.staging.qbr_companies
    as (with records as (
    select * from <database>.staging.qbr_records
),
-- Reviews do not agree on what a company is called: the latest one is believed.
ranked as (
    select
        *,
        row_number() over (
            partition by company_id
            order by qbr_year desc nulls last, qbr_quarter desc nulls last, record_id desc
        ) as place
    from records
    where company_id is not null
),
counted as (
    select
        company_id,
        count(*) as reviews
    from records
    group by company_id
),
final as (
    select
        ranked.company_id,
        ranked.company_name,
        ranked.industry,
        ranked.size,
        counted.reviews,
        ranked.record_id as latest_record_id,
        ranked.qbr_year as latest_qbr_year,
        ranked.qbr_quarter as latest_qbr_quarter,
        ranked.loaded_at
    from ranked
    inner join counted on ranked.company_id = counted.company_id
    where ranked.place = 1
)
select * from final
    )
;

-- model.revops_pipeline.qbr_fields
create or replace transient table <database>.staging.qbr_fields
    as (with sent as (
    select cast(fields.key as varchar) as field
    from <database>.raw.qbr_records as records,
        lateral flatten(input => records.document) as fields
    where records.deleted_at is null
),
known as (
    select
        'record_id' as field,
        'typed' as treatment
    union all
    select
        'company_id' as field,
        'typed' as treatment
    union all
    select
        'company_name' as field,
        'typed' as treatment
    union all
    select
        'industry' as field,
        'typed' as treatment
    union all
    select
        'size' as field,
        'typed' as treatment
    union all
    select
        'contract_value' as field,
        'typed' as treatment
    union all
    select
        'contract_start_date' as field,
        'typed' as treatment
    union all
    select
        'contract_expiration_date' as field,
        'typed' as treatment
    union all
    select
        'qbr_quarter' as field,
        'typed' as treatment
    union all
    select
        'qbr_year' as field,
        'typed' as treatment
    union all
    select
        'deal_stage' as field,
        'typed' as treatment
    union all
    select
        'renewal_probability' as field,
        'typed' as treatment
    union all
    select
        'upsell_opportunity' as field,
        'typed' as treatment
    union all
    select
        'active_users' as field,
        'typed' as treatment
    union all
    select
        'feature_adoption_rate' as field,
        'typed' as treatment
    union all
    select
        'custom_integrations' as field,
        'typed' as treatment
    union all
    select
        'pending_feature_requests' as field,
        'typed' as treatment
    union all
    select
        'ticket_volume' as field,
        'typed' as treatment
    union all
    select
        'avg_resolution_time_hours' as field,
        'typed' as treatment
    union all
    select
        'csat_score' as field,
        'typed' as treatment
    union all
    select
        'sla_compliance_rate' as field,
        'typed' as treatment
    union all
    select
        'success_metrics_defined' as field,
        'typed' as treatment
    union all
    select
        'roi_calculated' as field,
        'typed' as treatment
    union all
    select
        'estimated_roi_value' as field,
        'typed' as treatment
    union all
    select
        'health_score' as field,
        'typed' as treatment
    union all
    select
        'champion_identified' as field,
        'typed' as treatment
    union all
    select
        'champion_level' as field,
        'typed' as treatment
    union all
    select
        'champion_engagement_score' as field,
        'typed' as treatment
    union all
    select
        'pain_points_documented' as field,
        'typed' as treatment
    union all
    select
        'pain_impact_level' as field,
        'typed' as treatment
    union all
    select
        'urgency_level' as field,
        'typed' as treatment
    union all
    select
        'competitive_situation' as field,
        'typed' as treatment
    union all
    select
        'competitive_position' as field,
        'typed' as treatment
    union all
    select
        'decision_maker_level' as field,
        'typed' as treatment
    union all
    select
        'economic_buyer_identified' as field,
        'kept' as treatment
    union all
    select
        'executive_sponsor_engaged' as field,
        'kept' as treatment
    union all
    select
        'decision_process_documented' as field,
        'kept' as treatment
    union all
    select
        'next_steps_defined' as field,
        'kept' as treatment
    union all
    select
        'decision_timeline_clear' as field,
        'kept' as treatment
    union all
    select
        'technical_criteria_met' as field,
        'kept' as treatment
    union all
    select
        'business_criteria_met' as field,
        'kept' as treatment
    union all
    select
        'success_criteria_defined' as field,
        'kept' as treatment
),
counted as (
    select
        field,
        count(*) as records
    from sent
    group by field
),
final as (
    select
        coalesce(known.field, counted.field) as field,
        coalesce(known.treatment, 'new') as treatment,
        coalesce(counted.records, 0) as records
    from known
    full outer join counted on known.field = counted.field
)
select * from final
    )
;

-- model.revops_pipeline.qbr_records
create or replace transient table <database>.staging.qbr_records
    as (with texts as (
    select
        id,
        case when trim(cast(document:"record_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"record_id" as varchar) end as record_id,
        case when trim(cast(document:"company_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company_id" as varchar) end as company_id,
        case when trim(cast(document:"company_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company_name" as varchar) end as company_name,
        case when trim(cast(document:"industry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"industry" as varchar) end as industry,
        case when trim(cast(document:"size" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"size" as varchar) end as size,
        case when trim(cast(document:"contract_value" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"contract_value" as varchar) end as contract_value,
        case when trim(cast(document:"contract_start_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"contract_start_date" as varchar) end as contract_start_date,
        case when trim(cast(document:"contract_expiration_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"contract_expiration_date" as varchar) end as contract_expiration_date,
        case when trim(cast(document:"qbr_quarter" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"qbr_quarter" as varchar) end as qbr_quarter,
        case when trim(cast(document:"qbr_year" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"qbr_year" as varchar) end as qbr_year,
        case when trim(cast(document:"deal_stage" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"deal_stage" as varchar) end as deal_stage,
        case when trim(cast(document:"renewal_probability" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"renewal_probability" as varchar) end as renewal_probability,
        case when trim(cast(document:"upsell_opportunity" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"upsell_opportunity" as varchar) end as upsell_opportunity,
        case when trim(cast(document:"active_users" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active_users" as varchar) end as active_users,
        case when trim(cast(document:"feature_adoption_rate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"feature_adoption_rate" as varchar) end as feature_adoption_rate,
        case when trim(cast(document:"custom_integrations" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"custom_integrations" as varchar) end as custom_integrations,
        case when trim(cast(document:"pending_feature_requests" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"pending_feature_requests" as varchar) end as pending_feature_requests,
        case when trim(cast(document:"ticket_volume" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ticket_volume" as varchar) end as ticket_volume,
        case when trim(cast(document:"avg_resolution_time_hours" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"avg_resolution_time_hours" as varchar) end as avg_resolution_time_hours,
        case when trim(cast(document:"csat_score" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"csat_score" as varchar) end as csat_score,
        case when trim(cast(document:"sla_compliance_rate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_compliance_rate" as varchar) end as sla_compliance_rate,
        case when trim(cast(document:"success_metrics_defined" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"success_metrics_defined" as varchar) end as success_metrics_defined,
        case when trim(cast(document:"roi_calculated" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"roi_calculated" as varchar) end as roi_calculated,
        case when trim(cast(document:"estimated_roi_value" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"estimated_roi_value" as varchar) end as estimated_roi_value,
        case when trim(cast(document:"health_score" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"health_score" as varchar) end as health_score,
        case when trim(cast(document:"champion_identified" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_identified" as varchar) end as champion_identified,
        case when trim(cast(document:"champion_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_level" as varchar) end as champion_level,
        case when trim(cast(document:"champion_engagement_score" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_engagement_score" as varchar) end as champion_engagement_score,
        case when trim(cast(document:"pain_points_documented" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"pain_points_documented" as varchar) end as pain_points_documented,
        case when trim(cast(document:"pain_impact_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"pain_impact_level" as varchar) end as pain_impact_level,
        case when trim(cast(document:"urgency_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency_level" as varchar) end as urgency_level,
        case when trim(cast(document:"competitive_situation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"competitive_situation" as varchar) end as competitive_situation,
        case when trim(cast(document:"competitive_position" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"competitive_position" as varchar) end as competitive_position,
        case when trim(cast(document:"decision_maker_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"decision_maker_level" as varchar) end as decision_maker_level,
        loaded_at
    from <database>.raw.qbr_records
    where deleted_at is null
),
further as (
    select
        id,
        nullif(to_json(object_delete(cast(document as object), 'record_id', 'company_id', 'company_name', 'industry', 'size', 'contract_value', 'contract_start_date', 'contract_expiration_date', 'qbr_quarter', 'qbr_year', 'deal_stage', 'renewal_probability', 'upsell_opportunity', 'active_users', 'feature_adoption_rate', 'custom_integrations', 'pending_feature_requests', 'ticket_volume', 'avg_resolution_time_hours', 'csat_score', 'sla_compliance_rate', 'success_metrics_defined', 'roi_calculated', 'estimated_roi_value', 'health_score', 'champion_identified', 'champion_level', 'champion_engagement_score', 'pain_points_documented', 'pain_impact_level', 'urgency_level', 'competitive_situation', 'competitive_position', 'decision_maker_level')), '{}') as other_fields
    from <database>.raw.qbr_records
    where deleted_at is null
),
typed as (
    select
        id,
        trim(record_id, ' \t\n\r\u00a0') as record_id,
        case when lower(trim(company_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(company_id, ' \t\n\r\u00a0') end as company_id,
        company_name as company_name,
        industry as industry,
        size as size,
        case
        when regexp_like(trim(contract_value, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(contract_value, ' \t\n\r\u00a0') as decimal(18, 2))
    end as contract_value,
        case
        when regexp_like(trim(contract_start_date, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?')
            then try_cast(substr(trim(contract_start_date, ' \t\n\r\u00a0'), 1, 10) as date)
        when regexp_like(trim(contract_start_date, ' \t\n\r\u00a0'), '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_cast(
                substr(trim(contract_start_date, ' \t\n\r\u00a0'), 7, 4) || '-' || substr(trim(contract_start_date, ' \t\n\r\u00a0'), 1, 2)
                || '-' || substr(trim(contract_start_date, ' \t\n\r\u00a0'), 4, 2) as date
            )
    end as contract_start_date,
        case
        when regexp_like(trim(contract_expiration_date, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?')
            then try_cast(substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 1, 10) as date)
        when regexp_like(trim(contract_expiration_date, ' \t\n\r\u00a0'), '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_cast(
                substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 7, 4) || '-' || substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 1, 2)
                || '-' || substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 4, 2) as date
            )
    end as contract_expiration_date,
        case when upper(trim(qbr_quarter, ' \t\n\r\u00a0')) in ('Q1', 'Q2', 'Q3', 'Q4') then upper(trim(qbr_quarter, ' \t\n\r\u00a0')) end as qbr_quarter,
        case when case when regexp_like(trim(qbr_year, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(qbr_year, ' \t\n\r\u00a0') as integer) end between 1900 and 2999 then case when regexp_like(trim(qbr_year, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(qbr_year, ' \t\n\r\u00a0') as integer) end end as qbr_year,
        deal_stage as deal_stage,
        case when case when regexp_like(trim(renewal_probability, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(renewal_probability, ' \t\n\r\u00a0') as integer) end between 0 and 100 then case when regexp_like(trim(renewal_probability, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(renewal_probability, ' \t\n\r\u00a0') as integer) end end as renewal_probability,
        case
        when regexp_like(trim(upsell_opportunity, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(upsell_opportunity, ' \t\n\r\u00a0') as decimal(18, 2))
    end as upsell_opportunity,
        case when regexp_like(trim(active_users, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(active_users, ' \t\n\r\u00a0') as integer) end as active_users,
        case when case
        when regexp_like(trim(feature_adoption_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(feature_adoption_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 1 then case
        when regexp_like(trim(feature_adoption_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(feature_adoption_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end end as feature_adoption_rate,
        case when regexp_like(trim(custom_integrations, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(custom_integrations, ' \t\n\r\u00a0') as integer) end as custom_integrations,
        case when regexp_like(trim(pending_feature_requests, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(pending_feature_requests, ' \t\n\r\u00a0') as integer) end as pending_feature_requests,
        case when regexp_like(trim(ticket_volume, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(ticket_volume, ' \t\n\r\u00a0') as integer) end as ticket_volume,
        case when case
        when regexp_like(trim(avg_resolution_time_hours, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(avg_resolution_time_hours, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 1000000 then case
        when regexp_like(trim(avg_resolution_time_hours, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(avg_resolution_time_hours, ' \t\n\r\u00a0') as decimal(18, 4))
    end end as avg_resolution_time_hours,
        case when case
        when regexp_like(trim(csat_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(csat_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 5 then case
        when regexp_like(trim(csat_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(csat_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end end as csat_score,
        case when case
        when regexp_like(trim(sla_compliance_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(sla_compliance_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 1 then case
        when regexp_like(trim(sla_compliance_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(sla_compliance_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end end as sla_compliance_rate,
        case
        when lower(trim(success_metrics_defined, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(success_metrics_defined, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as success_metrics_defined,
        case
        when lower(trim(roi_calculated, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(roi_calculated, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as roi_calculated,
        case
        when regexp_like(trim(estimated_roi_value, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(estimated_roi_value, ' \t\n\r\u00a0') as decimal(18, 2))
    end as estimated_roi_value,
        case when case
        when regexp_like(trim(health_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(health_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 100 then case
        when regexp_like(trim(health_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(health_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end end as health_score,
        case
        when lower(trim(champion_identified, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(champion_identified, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as champion_identified,
        champion_level as champion_level,
        case when case when regexp_like(trim(champion_engagement_score, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(champion_engagement_score, ' \t\n\r\u00a0') as integer) end between 1 and 5 then case when regexp_like(trim(champion_engagement_score, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(champion_engagement_score, ' \t\n\r\u00a0') as integer) end end as champion_engagement_score,
        pain_points_documented as pain_points_documented,
        pain_impact_level as pain_impact_level,
        urgency_level as urgency_level,
        competitive_situation as competitive_situation,
        competitive_position as competitive_position,
        decision_maker_level as decision_maker_level,
        loaded_at
    from texts
    where not (id like 'no-id:%' or id like 'twice:%')
),
-- The health score from 0 to 100, whatever scale it is sent on.
scaled as (
    select
        id,
        health_score as sent_health_score,
        cast(health_score * 1 as decimal(18, 4)) as health_score
    from typed
),
final as (
    select
        typed.record_id,
        typed.company_id,
        typed.company_name,
        typed.industry,
        typed.size,
        typed.contract_value,
        typed.contract_start_date,
        typed.contract_expiration_date,
        typed.qbr_quarter,
        typed.qbr_year,
        typed.deal_stage,
        typed.renewal_probability,
        typed.upsell_opportunity,
        typed.active_users,
        typed.feature_adoption_rate,
        typed.custom_integrations,
        typed.pending_feature_requests,
        typed.ticket_volume,
        typed.avg_resolution_time_hours,
        typed.csat_score,
        typed.sla_compliance_rate,
        typed.success_metrics_defined,
        typed.roi_calculated,
        typed.estimated_roi_value,
        scaled.health_score,
        typed.champion_identified,
        typed.champion_level,
        typed.champion_engagement_score,
        typed.pain_points_documented,
        typed.pain_impact_level,
        typed.urgency_level,
        typed.competitive_situation,
        typed.competitive_position,
        typed.decision_maker_level,
        cast(
        round(
            cast((100 - typed.renewal_probability) * 100 as decimal(18, 4)) / cast(case when scaled.health_score < 1 then 1 else scaled.health_score end as decimal(18, 4)), 4
        ) as decimal(18, 4)
    ) as risk_factor,
        -- As the connector's author wrote it: no risk where the renewal is least likely.
        case
            when typed.renewal_probability is null or scaled.sent_health_score is null then null
            when typed.renewal_probability = 0 or scaled.sent_health_score = 0 then 0
            else cast(
        round(
            cast((100 - typed.renewal_probability) * 100 as decimal(18, 4)) / cast(scaled.sent_health_score as decimal(18, 4)), 4
        ) as decimal(18, 4)
    )
        end as risk_factor_seed,
        further.other_fields,
        typed.loaded_at
    from typed
    inner join scaled on typed.id = scaled.id
    inner join further on typed.id = further.id
)
select * from final
    )
;

-- model.revops_pipeline.qbr_rejected_records
create or replace transient table <database>.staging.qbr_rejected_records
    as (with texts as (
    select
        id,
        case when trim(cast(document:"record_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"record_id" as varchar) end as record_id,
        case when trim(cast(document:"company_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company_id" as varchar) end as company_id,
        case when trim(cast(document:"company_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company_name" as varchar) end as company_name,
        case when trim(cast(document:"industry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"industry" as varchar) end as industry,
        case when trim(cast(document:"size" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"size" as varchar) end as size,
        case when trim(cast(document:"contract_value" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"contract_value" as varchar) end as contract_value,
        case when trim(cast(document:"contract_start_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"contract_start_date" as varchar) end as contract_start_date,
        case when trim(cast(document:"contract_expiration_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"contract_expiration_date" as varchar) end as contract_expiration_date,
        case when trim(cast(document:"qbr_quarter" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"qbr_quarter" as varchar) end as qbr_quarter,
        case when trim(cast(document:"qbr_year" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"qbr_year" as varchar) end as qbr_year,
        case when trim(cast(document:"deal_stage" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"deal_stage" as varchar) end as deal_stage,
        case when trim(cast(document:"renewal_probability" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"renewal_probability" as varchar) end as renewal_probability,
        case when trim(cast(document:"upsell_opportunity" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"upsell_opportunity" as varchar) end as upsell_opportunity,
        case when trim(cast(document:"active_users" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active_users" as varchar) end as active_users,
        case when trim(cast(document:"feature_adoption_rate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"feature_adoption_rate" as varchar) end as feature_adoption_rate,
        case when trim(cast(document:"custom_integrations" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"custom_integrations" as varchar) end as custom_integrations,
        case when trim(cast(document:"pending_feature_requests" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"pending_feature_requests" as varchar) end as pending_feature_requests,
        case when trim(cast(document:"ticket_volume" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ticket_volume" as varchar) end as ticket_volume,
        case when trim(cast(document:"avg_resolution_time_hours" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"avg_resolution_time_hours" as varchar) end as avg_resolution_time_hours,
        case when trim(cast(document:"csat_score" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"csat_score" as varchar) end as csat_score,
        case when trim(cast(document:"sla_compliance_rate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_compliance_rate" as varchar) end as sla_compliance_rate,
        case when trim(cast(document:"success_metrics_defined" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"success_metrics_defined" as varchar) end as success_metrics_defined,
        case when trim(cast(document:"roi_calculated" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"roi_calculated" as varchar) end as roi_calculated,
        case when trim(cast(document:"estimated_roi_value" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"estimated_roi_value" as varchar) end as estimated_roi_value,
        case when trim(cast(document:"health_score" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"health_score" as varchar) end as health_score,
        case when trim(cast(document:"champion_identified" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_identified" as varchar) end as champion_identified,
        case when trim(cast(document:"champion_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_level" as varchar) end as champion_level,
        case when trim(cast(document:"champion_engagement_score" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_engagement_score" as varchar) end as champion_engagement_score,
        case when trim(cast(document:"pain_points_documented" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"pain_points_documented" as varchar) end as pain_points_documented,
        case when trim(cast(document:"pain_impact_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"pain_impact_level" as varchar) end as pain_impact_level,
        case when trim(cast(document:"urgency_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency_level" as varchar) end as urgency_level,
        case when trim(cast(document:"competitive_situation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"competitive_situation" as varchar) end as competitive_situation,
        case when trim(cast(document:"competitive_position" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"competitive_position" as varchar) end as competitive_position,
        case when trim(cast(document:"decision_maker_level" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"decision_maker_level" as varchar) end as decision_maker_level,
        loaded_at
    from <database>.raw.qbr_records
    where deleted_at is null
),
final as (
    select
        'qbr' as source,
        'records' as stream,
        id,
        'company_id' as "COLUMN",
        company_id as "VALUE",
        'a placeholder, no id' as reason,
        loaded_at as rejected_at
    from texts
    where company_id is not null and case when lower(trim(company_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(company_id, ' \t\n\r\u00a0') end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'contract_value' as "COLUMN",
        contract_value as "VALUE",
        'not an amount' as reason,
        loaded_at as rejected_at
    from texts
    where contract_value is not null and case
        when regexp_like(trim(contract_value, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(contract_value, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'contract_start_date' as "COLUMN",
        contract_start_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from texts
    where contract_start_date is not null and case
        when regexp_like(trim(contract_start_date, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?')
            then try_cast(substr(trim(contract_start_date, ' \t\n\r\u00a0'), 1, 10) as date)
        when regexp_like(trim(contract_start_date, ' \t\n\r\u00a0'), '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_cast(
                substr(trim(contract_start_date, ' \t\n\r\u00a0'), 7, 4) || '-' || substr(trim(contract_start_date, ' \t\n\r\u00a0'), 1, 2)
                || '-' || substr(trim(contract_start_date, ' \t\n\r\u00a0'), 4, 2) as date
            )
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'contract_expiration_date' as "COLUMN",
        contract_expiration_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from texts
    where contract_expiration_date is not null and case
        when regexp_like(trim(contract_expiration_date, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?')
            then try_cast(substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 1, 10) as date)
        when regexp_like(trim(contract_expiration_date, ' \t\n\r\u00a0'), '[0-9]{2}/[0-9]{2}/[0-9]{4}')
            then try_cast(
                substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 7, 4) || '-' || substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 1, 2)
                || '-' || substr(trim(contract_expiration_date, ' \t\n\r\u00a0'), 4, 2) as date
            )
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'qbr_quarter' as "COLUMN",
        qbr_quarter as "VALUE",
        'not Q1 to Q4' as reason,
        loaded_at as rejected_at
    from texts
    where qbr_quarter is not null and case when upper(trim(qbr_quarter, ' \t\n\r\u00a0')) in ('Q1', 'Q2', 'Q3', 'Q4') then upper(trim(qbr_quarter, ' \t\n\r\u00a0')) end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'qbr_year' as "COLUMN",
        qbr_year as "VALUE",
        'not a year' as reason,
        loaded_at as rejected_at
    from texts
    where qbr_year is not null and case when case when regexp_like(trim(qbr_year, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(qbr_year, ' \t\n\r\u00a0') as integer) end between 1900 and 2999 then case when regexp_like(trim(qbr_year, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(qbr_year, ' \t\n\r\u00a0') as integer) end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'renewal_probability' as "COLUMN",
        renewal_probability as "VALUE",
        'not a whole number from 0 to 100' as reason,
        loaded_at as rejected_at
    from texts
    where renewal_probability is not null and case when case when regexp_like(trim(renewal_probability, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(renewal_probability, ' \t\n\r\u00a0') as integer) end between 0 and 100 then case when regexp_like(trim(renewal_probability, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(renewal_probability, ' \t\n\r\u00a0') as integer) end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'upsell_opportunity' as "COLUMN",
        upsell_opportunity as "VALUE",
        'not an amount' as reason,
        loaded_at as rejected_at
    from texts
    where upsell_opportunity is not null and case
        when regexp_like(trim(upsell_opportunity, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(upsell_opportunity, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'active_users' as "COLUMN",
        active_users as "VALUE",
        'not a whole number from 0' as reason,
        loaded_at as rejected_at
    from texts
    where active_users is not null and case when regexp_like(trim(active_users, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(active_users, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'feature_adoption_rate' as "COLUMN",
        feature_adoption_rate as "VALUE",
        'not a share from 0 to 1' as reason,
        loaded_at as rejected_at
    from texts
    where feature_adoption_rate is not null and case when case
        when regexp_like(trim(feature_adoption_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(feature_adoption_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 1 then case
        when regexp_like(trim(feature_adoption_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(feature_adoption_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'custom_integrations' as "COLUMN",
        custom_integrations as "VALUE",
        'not a whole number from 0' as reason,
        loaded_at as rejected_at
    from texts
    where custom_integrations is not null and case when regexp_like(trim(custom_integrations, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(custom_integrations, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'pending_feature_requests' as "COLUMN",
        pending_feature_requests as "VALUE",
        'not a whole number from 0' as reason,
        loaded_at as rejected_at
    from texts
    where pending_feature_requests is not null and case when regexp_like(trim(pending_feature_requests, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(pending_feature_requests, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'ticket_volume' as "COLUMN",
        ticket_volume as "VALUE",
        'not a whole number from 0' as reason,
        loaded_at as rejected_at
    from texts
    where ticket_volume is not null and case when regexp_like(trim(ticket_volume, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(ticket_volume, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'avg_resolution_time_hours' as "COLUMN",
        avg_resolution_time_hours as "VALUE",
        'not a number of hours' as reason,
        loaded_at as rejected_at
    from texts
    where avg_resolution_time_hours is not null and case when case
        when regexp_like(trim(avg_resolution_time_hours, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(avg_resolution_time_hours, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 1000000 then case
        when regexp_like(trim(avg_resolution_time_hours, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(avg_resolution_time_hours, ' \t\n\r\u00a0') as decimal(18, 4))
    end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'csat_score' as "COLUMN",
        csat_score as "VALUE",
        'not a score from 0 to 5' as reason,
        loaded_at as rejected_at
    from texts
    where csat_score is not null and case when case
        when regexp_like(trim(csat_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(csat_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 5 then case
        when regexp_like(trim(csat_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(csat_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'sla_compliance_rate' as "COLUMN",
        sla_compliance_rate as "VALUE",
        'not a share from 0 to 1' as reason,
        loaded_at as rejected_at
    from texts
    where sla_compliance_rate is not null and case when case
        when regexp_like(trim(sla_compliance_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(sla_compliance_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 1 then case
        when regexp_like(trim(sla_compliance_rate, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(sla_compliance_rate, ' \t\n\r\u00a0') as decimal(18, 4))
    end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'success_metrics_defined' as "COLUMN",
        success_metrics_defined as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from texts
    where success_metrics_defined is not null and case
        when lower(trim(success_metrics_defined, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(success_metrics_defined, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'roi_calculated' as "COLUMN",
        roi_calculated as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from texts
    where roi_calculated is not null and case
        when lower(trim(roi_calculated, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(roi_calculated, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'estimated_roi_value' as "COLUMN",
        estimated_roi_value as "VALUE",
        'not an amount' as reason,
        loaded_at as rejected_at
    from texts
    where estimated_roi_value is not null and case
        when regexp_like(trim(estimated_roi_value, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(estimated_roi_value, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'health_score' as "COLUMN",
        health_score as "VALUE",
        'not a score from 0 to 100' as reason,
        loaded_at as rejected_at
    from texts
    where health_score is not null and case when case
        when regexp_like(trim(health_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(health_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 0 and 100 then case
        when regexp_like(trim(health_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(health_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'champion_identified' as "COLUMN",
        champion_identified as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from texts
    where champion_identified is not null and case
        when lower(trim(champion_identified, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(champion_identified, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'champion_engagement_score' as "COLUMN",
        champion_engagement_score as "VALUE",
        'not a whole number from 1 to 5' as reason,
        loaded_at as rejected_at
    from texts
    where champion_engagement_score is not null and case when case when regexp_like(trim(champion_engagement_score, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(champion_engagement_score, ' \t\n\r\u00a0') as integer) end between 1 and 5 then case when regexp_like(trim(champion_engagement_score, ' \t\n\r\u00a0'), '[+]?[0-9]+([.]0*)?') then try_cast(trim(champion_engagement_score, ' \t\n\r\u00a0') as integer) end end is null
    union all
    select
        'qbr' as source,
        'records' as stream,
        id,
        'record_id' as "COLUMN",
        record_id as "VALUE",
        case
            when id like 'twice:%' then 'the id of another record'
            else 'a record without its id'
        end as reason,
        loaded_at as rejected_at
    from texts
    where (id like 'no-id:%' or id like 'twice:%')
)
select * from final
    )
;

-- model.revops_pipeline.rejected_records
create or replace transient table <database>.ops.rejected_records
    as (with final as (
    select
        source,
        stream,
        id,
        "COLUMN",
        "VALUE",
        reason,
        rejected_at
    from <database>.staging.hubspot_rejected_records
    union all
    select
        source,
        stream,
        id,
        "COLUMN",
        "VALUE",
        reason,
        rejected_at
    from <database>.staging.qbr_rejected_records
    union all
    select
        source,
        stream,
        id,
        "COLUMN",
        "VALUE",
        reason,
        rejected_at
    from <database>.staging.salesforce_rejected_records
    union all
    select
        source,
        stream,
        id,
        "COLUMN",
        "VALUE",
        reason,
        rejected_at
    from <database>.staging.servicenow_rejected_records
)
select * from final
    )
;

-- model.revops_pipeline.salesforce_rejected_records
create or replace transient table <database>.staging.salesforce_rejected_records
    as (with
accounts_texts as (
    select
        id,
        account_name,
        account_type,
        parent_id,
        annual_revenue,
        currency,
        industry,
        billing_country,
        website,
        phone,
        employees,
        owner_id,
        coalesce(nps_score, nps_score__small) as nps_score,
        coalesce(adoption_score, adoption_score__small) as adoption_score,
        coalesce(churn_risk_score, churn_risk_score__small) as churn_risk_score,
        coalesce(health_score, health_score__small) as health_score,
        coalesce(active_users, active_users__small) as active_users,
        coalesce(total_users, total_users__small) as total_users,
        coalesce(feature_usage_score, feature_usage_score__small) as feature_usage_score,
        coalesce(revenue_growth_pct, revenue_growth_pct__small) as revenue_growth_pct,
        coalesce(nrr_pct, nrr_pct__small) as nrr_pct,
        coalesce(last_login_date, last_login_date__small) as last_login_date,
        coalesce(support_tickets_30d, support_tickets_30d__small) as support_tickets_30d,
        coalesce(executive_engagement, executive_engagement__small) as executive_engagement,
        coalesce(arr, arr__small) as arr,
        coalesce(prior_arr, prior_arr__small) as prior_arr,
        coalesce(tier, tier__small) as tier,
        coalesce(segment, segment__small) as segment,
        coalesce(payment_health, payment_health__small) as payment_health,
        coalesce(qbr_attendance_pct, qbr_attendance_pct__small) as qbr_attendance_pct,
        coalesce(champion_stability, champion_stability__small) as champion_stability,
        coalesce(expansion_signals, expansion_signals__small) as expansion_signals,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as account_name,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as account_type,
        case when trim(cast(document:"ParentId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ParentId" as varchar) end as parent_id,
        case when trim(cast(document:"AnnualRevenue" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AnnualRevenue" as varchar) end as annual_revenue,
        case when trim(cast(document:"CurrencyIsoCode" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CurrencyIsoCode" as varchar) end as currency,
        case when trim(cast(document:"Industry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Industry" as varchar) end as industry,
        case when trim(cast(document:"BillingCountry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"BillingCountry" as varchar) end as billing_country,
        case when trim(cast(document:"Website" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Website" as varchar) end as website,
        case when trim(cast(document:"Phone" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Phone" as varchar) end as phone,
        case when trim(cast(document:"NumberOfEmployees" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"NumberOfEmployees" as varchar) end as employees,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"NPS_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"NPS_Score__c" as varchar) end as nps_score,
        case when trim(cast(document:"nps_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"nps_score__c" as varchar) end as nps_score__small,
        case when trim(cast(document:"Adoption_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Adoption_Score__c" as varchar) end as adoption_score,
        case when trim(cast(document:"adoption_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"adoption_score__c" as varchar) end as adoption_score__small,
        case when trim(cast(document:"Churn_Risk_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Churn_Risk_Score__c" as varchar) end as churn_risk_score,
        case when trim(cast(document:"churn_risk_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"churn_risk_score__c" as varchar) end as churn_risk_score__small,
        case when trim(cast(document:"Health_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Health_Score__c" as varchar) end as health_score,
        case when trim(cast(document:"health_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"health_score__c" as varchar) end as health_score__small,
        case when trim(cast(document:"Active_Users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Active_Users__c" as varchar) end as active_users,
        case when trim(cast(document:"active_users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active_users__c" as varchar) end as active_users__small,
        case when trim(cast(document:"Total_Users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Total_Users__c" as varchar) end as total_users,
        case when trim(cast(document:"total_users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"total_users__c" as varchar) end as total_users__small,
        case when trim(cast(document:"Feature_Usage_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Feature_Usage_Score__c" as varchar) end as feature_usage_score,
        case when trim(cast(document:"feature_usage_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"feature_usage_score__c" as varchar) end as feature_usage_score__small,
        case when trim(cast(document:"Revenue_Growth_Rate__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Revenue_Growth_Rate__c" as varchar) end as revenue_growth_pct,
        case when trim(cast(document:"revenue_growth_rate__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"revenue_growth_rate__c" as varchar) end as revenue_growth_pct__small,
        case when trim(cast(document:"NRR__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"NRR__c" as varchar) end as nrr_pct,
        case when trim(cast(document:"nrr__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"nrr__c" as varchar) end as nrr_pct__small,
        case when trim(cast(document:"Last_Login_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Last_Login_Date__c" as varchar) end as last_login_date,
        case when trim(cast(document:"last_login_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"last_login_date__c" as varchar) end as last_login_date__small,
        case when trim(cast(document:"Support_Tickets_30d__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Support_Tickets_30d__c" as varchar) end as support_tickets_30d,
        case when trim(cast(document:"support_tickets_30d__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"support_tickets_30d__c" as varchar) end as support_tickets_30d__small,
        case when trim(cast(document:"Executive_Engagement__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Executive_Engagement__c" as varchar) end as executive_engagement,
        case when trim(cast(document:"executive_engagement__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"executive_engagement__c" as varchar) end as executive_engagement__small,
        case when trim(cast(document:"ARR__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ARR__c" as varchar) end as arr,
        case when trim(cast(document:"arr__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"arr__c" as varchar) end as arr__small,
        case when trim(cast(document:"Prior_ARR__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Prior_ARR__c" as varchar) end as prior_arr,
        case when trim(cast(document:"prior_arr__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"prior_arr__c" as varchar) end as prior_arr__small,
        case when trim(cast(document:"Tier__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Tier__c" as varchar) end as tier,
        case when trim(cast(document:"tier__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"tier__c" as varchar) end as tier__small,
        case when trim(cast(document:"Segment__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Segment__c" as varchar) end as segment,
        case when trim(cast(document:"segment__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"segment__c" as varchar) end as segment__small,
        case when trim(cast(document:"Payment_Health__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Payment_Health__c" as varchar) end as payment_health,
        case when trim(cast(document:"payment_health__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"payment_health__c" as varchar) end as payment_health__small,
        case when trim(cast(document:"QBR_Attendance__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"QBR_Attendance__c" as varchar) end as qbr_attendance_pct,
        case when trim(cast(document:"qbr_attendance__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"qbr_attendance__c" as varchar) end as qbr_attendance_pct__small,
        case when trim(cast(document:"Champion_Stability__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Champion_Stability__c" as varchar) end as champion_stability,
        case when trim(cast(document:"champion_stability__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_stability__c" as varchar) end as champion_stability__small,
        case when trim(cast(document:"Expansion_Signals__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Expansion_Signals__c" as varchar) end as expansion_signals,
        case when trim(cast(document:"expansion_signals__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"expansion_signals__c" as varchar) end as expansion_signals__small,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_accounts
    where deleted_at is null
    ) as spelled
),
opportunities_texts as (
    select
        id,
        account_id,
        opportunity_name,
        stage,
        amount,
        currency,
        probability_pct,
        close_date,
        opportunity_type,
        lead_source,
        is_closed,
        is_won,
        forecast_category,
        owner_id,
        contract_id,
        coalesce(renewal_date, renewal_date__small) as renewal_date,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as opportunity_name,
        case when trim(cast(document:"StageName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"StageName" as varchar) end as stage,
        case when trim(cast(document:"Amount" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Amount" as varchar) end as amount,
        case when trim(cast(document:"CurrencyIsoCode" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CurrencyIsoCode" as varchar) end as currency,
        case when trim(cast(document:"Probability" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Probability" as varchar) end as probability_pct,
        case when trim(cast(document:"CloseDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CloseDate" as varchar) end as close_date,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as opportunity_type,
        case when trim(cast(document:"LeadSource" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"LeadSource" as varchar) end as lead_source,
        case when trim(cast(document:"IsClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsClosed" as varchar) end as is_closed,
        case when trim(cast(document:"IsWon" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsWon" as varchar) end as is_won,
        case when trim(cast(document:"ForecastCategoryName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ForecastCategoryName" as varchar) end as forecast_category,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"ContractId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContractId" as varchar) end as contract_id,
        case when trim(cast(document:"Renewal_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Renewal_Date__c" as varchar) end as renewal_date,
        case when trim(cast(document:"renewal_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"renewal_date__c" as varchar) end as renewal_date__small,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_opportunities
    where deleted_at is null
    ) as spelled
),
contacts_texts as (
    select
        id,
        account_id,
        first_name,
        last_name,
        title,
        department,
        email,
        email_key,
        phone,
        country,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"FirstName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"FirstName" as varchar) end as first_name,
        case when trim(cast(document:"LastName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"LastName" as varchar) end as last_name,
        case when trim(cast(document:"Title" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Title" as varchar) end as title,
        case when trim(cast(document:"Department" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Department" as varchar) end as department,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email_key,
        case when trim(cast(document:"Phone" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Phone" as varchar) end as phone,
        case when trim(cast(document:"MailingCountry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"MailingCountry" as varchar) end as country,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_contacts
    where deleted_at is null
    ) as spelled
),
cases_texts as (
    select
        id,
        account_id,
        contact_id,
        case_number,
        subject,
        status,
        priority,
        origin,
        case_type,
        reason,
        is_closed,
        is_escalated,
        closed_at,
        coalesce(satisfaction_rating, satisfaction_rating__small) as satisfaction_rating,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"ContactId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContactId" as varchar) end as contact_id,
        case when trim(cast(document:"CaseNumber" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CaseNumber" as varchar) end as case_number,
        case when trim(cast(document:"Subject" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Subject" as varchar) end as subject,
        case when trim(cast(document:"Status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status" as varchar) end as status,
        case when trim(cast(document:"Priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Priority" as varchar) end as priority,
        case when trim(cast(document:"Origin" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Origin" as varchar) end as origin,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as case_type,
        case when trim(cast(document:"Reason" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Reason" as varchar) end as reason,
        case when trim(cast(document:"IsClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsClosed" as varchar) end as is_closed,
        case when trim(cast(document:"IsEscalated" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsEscalated" as varchar) end as is_escalated,
        case when trim(cast(document:"ClosedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ClosedDate" as varchar) end as closed_at,
        case when trim(cast(document:"Satisfaction_Rating__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Satisfaction_Rating__c" as varchar) end as satisfaction_rating,
        case when trim(cast(document:"satisfaction_rating__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"satisfaction_rating__c" as varchar) end as satisfaction_rating__small,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_cases
    where deleted_at is null
    ) as spelled
),
tasks_texts as (
    select
        id,
        who_id,
        what_id,
        account_id,
        subject,
        status,
        priority,
        activity_date,
        task_type,
        task_subtype,
        call_type,
        is_closed,
        completed_at,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"WhoId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"WhoId" as varchar) end as who_id,
        case when trim(cast(document:"WhatId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"WhatId" as varchar) end as what_id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"Subject" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Subject" as varchar) end as subject,
        case when trim(cast(document:"Status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status" as varchar) end as status,
        case when trim(cast(document:"Priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Priority" as varchar) end as priority,
        case when trim(cast(document:"ActivityDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ActivityDate" as varchar) end as activity_date,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as task_type,
        case when trim(cast(document:"TaskSubtype" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"TaskSubtype" as varchar) end as task_subtype,
        case when trim(cast(document:"CallType" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CallType" as varchar) end as call_type,
        case when trim(cast(document:"IsClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsClosed" as varchar) end as is_closed,
        case when trim(cast(document:"CompletedDateTime" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CompletedDateTime" as varchar) end as completed_at,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_tasks
    where deleted_at is null
    ) as spelled
),
users_texts as (
    select
        id,
        user_name,
        email,
        email_key,
        first_name,
        last_name,
        full_name,
        title,
        is_active,
        user_type,
        manager_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"Username" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Username" as varchar) end as user_name,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email_key,
        case when trim(cast(document:"FirstName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"FirstName" as varchar) end as first_name,
        case when trim(cast(document:"LastName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"LastName" as varchar) end as last_name,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as full_name,
        case when trim(cast(document:"Title" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Title" as varchar) end as title,
        case when trim(cast(document:"IsActive" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsActive" as varchar) end as is_active,
        case when trim(cast(document:"UserType" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"UserType" as varchar) end as user_type,
        case when trim(cast(document:"ManagerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ManagerId" as varchar) end as manager_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_users
    where deleted_at is null
    ) as spelled
),
contracts_texts as (
    select
        id,
        account_id,
        contract_number,
        status,
        start_date,
        end_date,
        term_months,
        activated_at,
        coalesce(changes_count, changes_count__small) as changes_count,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"ContractNumber" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContractNumber" as varchar) end as contract_number,
        case when trim(cast(document:"Status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status" as varchar) end as status,
        case when trim(cast(document:"StartDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"StartDate" as varchar) end as start_date,
        case when trim(cast(document:"EndDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"EndDate" as varchar) end as end_date,
        case when trim(cast(document:"ContractTerm" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContractTerm" as varchar) end as term_months,
        case when trim(cast(document:"ActivatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ActivatedDate" as varchar) end as activated_at,
        case when trim(cast(document:"Changes_Count__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Changes_Count__c" as varchar) end as changes_count,
        case when trim(cast(document:"changes_count__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"changes_count__c" as varchar) end as changes_count__small,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_contracts
    where deleted_at is null
    ) as spelled
),
churn_signals_texts as (
    select
        id,
        coalesce(account_id, account_id__small) as account_id,
        signal_name,
        coalesce(severity, severity__small) as severity,
        coalesce(signal_type, signal_type__small) as signal_type,
        coalesce(status, status__small) as status,
        coalesce(signal_date, signal_date__small) as signal_date,
        coalesce(resolved_date, resolved_date__small) as resolved_date,
        coalesce(description, description__small) as description,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"Account__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Account__c" as varchar) end as account_id,
        case when trim(cast(document:"account__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"account__c" as varchar) end as account_id__small,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as signal_name,
        case when trim(cast(document:"Severity__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Severity__c" as varchar) end as severity,
        case when trim(cast(document:"severity__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"severity__c" as varchar) end as severity__small,
        case when trim(cast(document:"Signal_Type__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Signal_Type__c" as varchar) end as signal_type,
        case when trim(cast(document:"signal_type__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"signal_type__c" as varchar) end as signal_type__small,
        case when trim(cast(document:"Status__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status__c" as varchar) end as status,
        case when trim(cast(document:"status__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"status__c" as varchar) end as status__small,
        case when trim(cast(document:"Signal_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Signal_Date__c" as varchar) end as signal_date,
        case when trim(cast(document:"signal_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"signal_date__c" as varchar) end as signal_date__small,
        case when trim(cast(document:"Resolved_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Resolved_Date__c" as varchar) end as resolved_date,
        case when trim(cast(document:"resolved_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"resolved_date__c" as varchar) end as resolved_date__small,
        case when trim(cast(document:"Description__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Description__c" as varchar) end as description,
        case when trim(cast(document:"description__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"description__c" as varchar) end as description__small,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_churn_signals
    where deleted_at is null
    ) as spelled
),
final as (
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'annual_revenue' as "COLUMN",
        annual_revenue as "VALUE",
        'not an amount of at most 16 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where annual_revenue is not null and case
        when regexp_like(trim(annual_revenue, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(annual_revenue, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'employees' as "COLUMN",
        employees as "VALUE",
        'not a whole number' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where employees is not null and case when regexp_like(trim(employees, ' \t\n\r\u00a0'), '[+-]?[0-9]+') then try_cast(trim(employees, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'nps_score' as "COLUMN",
        nps_score as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where nps_score is not null and case
        when regexp_like(trim(nps_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(nps_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'adoption_score' as "COLUMN",
        adoption_score as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where adoption_score is not null and case
        when regexp_like(trim(adoption_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(adoption_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'churn_risk_score' as "COLUMN",
        churn_risk_score as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where churn_risk_score is not null and case
        when regexp_like(trim(churn_risk_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(churn_risk_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'health_score' as "COLUMN",
        health_score as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where health_score is not null and case
        when regexp_like(trim(health_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(health_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'active_users' as "COLUMN",
        active_users as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where active_users is not null and case
        when regexp_like(trim(active_users, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(active_users, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'total_users' as "COLUMN",
        total_users as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where total_users is not null and case
        when regexp_like(trim(total_users, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(total_users, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'feature_usage_score' as "COLUMN",
        feature_usage_score as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where feature_usage_score is not null and case
        when regexp_like(trim(feature_usage_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(feature_usage_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'revenue_growth_pct' as "COLUMN",
        revenue_growth_pct as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where revenue_growth_pct is not null and case
        when regexp_like(trim(revenue_growth_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(revenue_growth_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'nrr_pct' as "COLUMN",
        nrr_pct as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where nrr_pct is not null and case
        when regexp_like(trim(nrr_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(nrr_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'last_login_date' as "COLUMN",
        last_login_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where last_login_date is not null and cast(case
        when regexp_like(trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'support_tickets_30d' as "COLUMN",
        support_tickets_30d as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where support_tickets_30d is not null and case
        when regexp_like(trim(support_tickets_30d, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(support_tickets_30d, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'arr' as "COLUMN",
        arr as "VALUE",
        'not an amount of at most 16 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where arr is not null and case
        when regexp_like(trim(arr, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(arr, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'prior_arr' as "COLUMN",
        prior_arr as "VALUE",
        'not an amount of at most 16 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where prior_arr is not null and case
        when regexp_like(trim(prior_arr, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(prior_arr, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'qbr_attendance_pct' as "COLUMN",
        qbr_attendance_pct as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where qbr_attendance_pct is not null and case
        when regexp_like(trim(qbr_attendance_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(qbr_attendance_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'expansion_signals' as "COLUMN",
        expansion_signals as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where expansion_signals is not null and case
        when regexp_like(trim(expansion_signals, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(expansion_signals, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'accounts' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from accounts_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'amount' as "COLUMN",
        amount as "VALUE",
        'not an amount of at most 16 digits before the point' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where amount is not null and case
        when regexp_like(trim(amount, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' \t\n\r\u00a0') as decimal(18, 2))
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'probability_pct' as "COLUMN",
        probability_pct as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where probability_pct is not null and case
        when regexp_like(trim(probability_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(probability_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'close_date' as "COLUMN",
        close_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where close_date is not null and cast(case
        when regexp_like(trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'is_closed' as "COLUMN",
        is_closed as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where is_closed is not null and case
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'is_won' as "COLUMN",
        is_won as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where is_won is not null and case
        when lower(trim(is_won, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_won, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'renewal_date' as "COLUMN",
        renewal_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where renewal_date is not null and cast(case
        when regexp_like(trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'contacts' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from contacts_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'contacts' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from contacts_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'cases' as stream,
        id,
        'is_closed' as "COLUMN",
        is_closed as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from cases_texts
    where is_closed is not null and case
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'salesforce' as source,
        'cases' as stream,
        id,
        'is_escalated' as "COLUMN",
        is_escalated as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from cases_texts
    where is_escalated is not null and case
        when lower(trim(is_escalated, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_escalated, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'salesforce' as source,
        'cases' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from cases_texts
    where closed_at is not null and case
        when regexp_like(trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'cases' as stream,
        id,
        'satisfaction_rating' as "COLUMN",
        satisfaction_rating as "VALUE",
        'not a rating on the scale' as reason,
        loaded_at as rejected_at
    from cases_texts
    where satisfaction_rating is not null and case
        when case
        when regexp_like(trim(satisfaction_rating, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(satisfaction_rating, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 1 and 5
            then case
        when regexp_like(trim(satisfaction_rating, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(satisfaction_rating, ' \t\n\r\u00a0') as decimal(18, 4))
    end
    end is null
    union all
    select
        'salesforce' as source,
        'cases' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from cases_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'cases' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from cases_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'tasks' as stream,
        id,
        'activity_date' as "COLUMN",
        activity_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from tasks_texts
    where activity_date is not null and cast(case
        when regexp_like(trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'tasks' as stream,
        id,
        'is_closed' as "COLUMN",
        is_closed as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from tasks_texts
    where is_closed is not null and case
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'salesforce' as source,
        'tasks' as stream,
        id,
        'completed_at' as "COLUMN",
        completed_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from tasks_texts
    where completed_at is not null and case
        when regexp_like(trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'tasks' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from tasks_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'tasks' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from tasks_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'users' as stream,
        id,
        'is_active' as "COLUMN",
        is_active as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from users_texts
    where is_active is not null and case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'salesforce' as source,
        'users' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from users_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'users' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from users_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'start_date' as "COLUMN",
        start_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where start_date is not null and cast(case
        when regexp_like(trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'end_date' as "COLUMN",
        end_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where end_date is not null and cast(case
        when regexp_like(trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'term_months' as "COLUMN",
        term_months as "VALUE",
        'not a whole number' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where term_months is not null and case when regexp_like(trim(term_months, ' \t\n\r\u00a0'), '[+-]?[0-9]+') then try_cast(trim(term_months, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'activated_at' as "COLUMN",
        activated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where activated_at is not null and case
        when regexp_like(trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'changes_count' as "COLUMN",
        changes_count as "VALUE",
        'not a number of at most 14 digits before the point' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where changes_count is not null and case
        when regexp_like(trim(changes_count, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(changes_count, ' \t\n\r\u00a0') as decimal(18, 4))
    end is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'contracts' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from contracts_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'churn_signals' as stream,
        id,
        'severity' as "COLUMN",
        severity as "VALUE",
        'neither critical, moderate nor watch' as reason,
        loaded_at as rejected_at
    from churn_signals_texts
    where severity is not null and case
        when lower(trim(severity, ' \t\n\r\u00a0')) in ('critical', 'moderate', 'watch') then lower(trim(severity, ' \t\n\r\u00a0'))
    end is null
    union all
    select
        'salesforce' as source,
        'churn_signals' as stream,
        id,
        'signal_date' as "COLUMN",
        signal_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from churn_signals_texts
    where signal_date is not null and cast(case
        when regexp_like(trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'churn_signals' as stream,
        id,
        'resolved_date' as "COLUMN",
        resolved_date as "VALUE",
        'not a date' as reason,
        loaded_at as rejected_at
    from churn_signals_texts
    where resolved_date is not null and cast(case
        when regexp_like(trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) is null
    union all
    select
        'salesforce' as source,
        'churn_signals' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from churn_signals_texts
    where created_at is not null and case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'churn_signals' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from churn_signals_texts
    where updated_at is not null and case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'salesforce' as source,
        'opportunities' as stream,
        id,
        'account_id' as "COLUMN",
        cast(null as varchar) as "VALUE",
        'an opportunity without an account: it counts for none' as reason,
        loaded_at as rejected_at
    from opportunities_texts
    where account_id is null
)
select * from final
    )
;

-- model.revops_pipeline.servicenow_rejected_records
create or replace transient table <database>.staging.servicenow_rejected_records
    as (with
incident_texts as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        caller_id,
        category,
        resolved_at,
        problem_id,
        change_id,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(first_responded_at_1, first_responded_at_2, cast(null as varchar), null) as first_responded_at,
        coalesce(satisfaction_rating_1, satisfaction_rating_2, cast(null as varchar), null) as satisfaction_rating,
        coalesce(reopened_count_1, reopened_count_2, reopened_count_3, cast(null as varchar), null) as reopened_count,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"caller_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"caller_id" as varchar) end as caller_id,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"resolved_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"resolved_at" as varchar) end as resolved_at,
        case when trim(cast(document:"problem_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"problem_id" as varchar) end as problem_id,
        case when trim(cast(document:"rfc" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"rfc" as varchar) end as change_id,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"first_responded_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"first_responded_at" as varchar) end as first_responded_at_1,
        case when trim(cast(document:"u_first_responded_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_first_responded_at" as varchar) end as first_responded_at_2,
        case when trim(cast(document:"satisfaction_rating" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"satisfaction_rating" as varchar) end as satisfaction_rating_1,
        case when trim(cast(document:"u_satisfaction_rating" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_satisfaction_rating" as varchar) end as satisfaction_rating_2,
        case when trim(cast(document:"reopened_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reopened_count" as varchar) end as reopened_count_1,
        case when trim(cast(document:"u_reopened_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_reopened_count" as varchar) end as reopened_count_2,
        case when trim(cast(document:"reopen_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reopen_count" as varchar) end as reopened_count_3,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_incident
    where deleted_at is null
    ) as documents
),
problem_texts as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        category,
        is_known_error,
        resolved_at,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"known_error" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"known_error" as varchar) end as is_known_error,
        case when trim(cast(document:"resolved_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"resolved_at" as varchar) end as resolved_at,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_problem
    where deleted_at is null
    ) as documents
),
change_request_texts as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        change_type,
        category,
        risk,
        start_at,
        end_at,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"type" as varchar) end as change_type,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"risk" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"risk" as varchar) end as risk,
        case when trim(cast(document:"start_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"start_date" as varchar) end as start_at,
        case when trim(cast(document:"end_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"end_date" as varchar) end as end_at,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_change_request
    where deleted_at is null
    ) as documents
),
task_texts as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_task
    where deleted_at is null
    ) as documents
),
cmdb_ci_texts as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        name,
        company_id,
        category,
        install_status,
        operational_status,
        owner_id,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"name" as varchar) end as name,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"install_status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"install_status" as varchar) end as install_status,
        case when trim(cast(document:"operational_status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"operational_status" as varchar) end as operational_status,
        case when trim(cast(document:"owned_by" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"owned_by" as varchar) end as owner_id,
        loaded_at
    from <database>.raw.servicenow_cmdb_ci
    where deleted_at is null
    ) as documents
),
sys_user_texts as (
    select
        id,
        created_at,
        updated_at,
        user_name,
        name,
        first_name,
        last_name,
        email,
        title,
        company_id,
        is_active,
        is_vip,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"user_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_name" as varchar) end as user_name,
        case when trim(cast(document:"name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"name" as varchar) end as name,
        case when trim(cast(document:"first_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"first_name" as varchar) end as first_name,
        case when trim(cast(document:"last_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"last_name" as varchar) end as last_name,
        case when trim(cast(document:"email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"email" as varchar) end as email,
        case when trim(cast(document:"title" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"title" as varchar) end as title,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"vip" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"vip" as varchar) end as is_vip,
        loaded_at
    from <database>.raw.servicenow_sys_user
    where deleted_at is null
    ) as documents
),
-- A task of a class that is read for itself stands there with all its values.
own_class as (
    select id from incident_texts
    union all
    select id from problem_texts
    union all
    select id from change_request_texts
),
other_tasks as (
    select task_texts.*
    from task_texts
    left join own_class on task_texts.id = own_class.id
    where own_class.id is null
),
final as (
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'priority' as "COLUMN",
        priority as "VALUE",
        'not a priority from 1 to 5' as reason,
        loaded_at as rejected_at
    from incident_texts
    where priority is not null and case
        when regexp_like(trim(priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'impact' as "COLUMN",
        impact as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from incident_texts
    where impact is not null and case
        when regexp_like(trim(impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'urgency' as "COLUMN",
        urgency as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from incident_texts
    where urgency is not null and case
        when regexp_like(trim(urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'escalation' as "COLUMN",
        escalation as "VALUE",
        'not an escalation from 0 to 3' as reason,
        loaded_at as rejected_at
    from incident_texts
    where escalation is not null and case
        when regexp_like(trim(escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'is_active' as "COLUMN",
        is_active as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from incident_texts
    where is_active is not null and case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'made_sla' as "COLUMN",
        made_sla as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from incident_texts
    where made_sla is not null and case
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'opened_at' as "COLUMN",
        opened_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where opened_at is not null and case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where closed_at is not null and case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'sla_due_at' as "COLUMN",
        sla_due_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where sla_due_at is not null and case
        when regexp_like(trim(sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'resolved_at' as "COLUMN",
        resolved_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where resolved_at is not null and case
        when regexp_like(trim(resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'account_id' as "COLUMN",
        customer_account_id as "VALUE",
        'a placeholder, no id' as reason,
        loaded_at as rejected_at
    from incident_texts
    where customer_account_id is not null and case
        when regexp_like(trim(customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(customer_account_id, ' \t\n\r\u00a0')
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'first_responded_at' as "COLUMN",
        first_responded_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from incident_texts
    where first_responded_at is not null and case
        when regexp_like(trim(first_responded_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(first_responded_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(first_responded_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(first_responded_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'satisfaction_rating' as "COLUMN",
        satisfaction_rating as "VALUE",
        'not a rating on the scale' as reason,
        loaded_at as rejected_at
    from incident_texts
    where satisfaction_rating is not null and case
        when
            regexp_like(trim(satisfaction_rating, ' \t\n\r\u00a0'), '[0-9]+([.][0-9]+)?')
            and try_cast(trim(satisfaction_rating, ' \t\n\r\u00a0') as decimal(9, 2)) between 0 and 5
            then try_cast(trim(satisfaction_rating, ' \t\n\r\u00a0') as decimal(9, 2))
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'reopened_count' as "COLUMN",
        reopened_count as "VALUE",
        'not a count' as reason,
        loaded_at as rejected_at
    from incident_texts
    where reopened_count is not null and case when regexp_like(trim(reopened_count, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(reopened_count, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'assignment_group_changed' as "COLUMN",
        assignment_group_changed as "VALUE",
        'not a count' as reason,
        loaded_at as rejected_at
    from incident_texts
    where assignment_group_changed is not null and case when regexp_like(trim(assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(assignment_group_changed, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from problem_texts
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from problem_texts
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'priority' as "COLUMN",
        priority as "VALUE",
        'not a priority from 1 to 5' as reason,
        loaded_at as rejected_at
    from problem_texts
    where priority is not null and case
        when regexp_like(trim(priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'impact' as "COLUMN",
        impact as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from problem_texts
    where impact is not null and case
        when regexp_like(trim(impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'urgency' as "COLUMN",
        urgency as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from problem_texts
    where urgency is not null and case
        when regexp_like(trim(urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'escalation' as "COLUMN",
        escalation as "VALUE",
        'not an escalation from 0 to 3' as reason,
        loaded_at as rejected_at
    from problem_texts
    where escalation is not null and case
        when regexp_like(trim(escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'is_active' as "COLUMN",
        is_active as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from problem_texts
    where is_active is not null and case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'made_sla' as "COLUMN",
        made_sla as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from problem_texts
    where made_sla is not null and case
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'opened_at' as "COLUMN",
        opened_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from problem_texts
    where opened_at is not null and case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from problem_texts
    where closed_at is not null and case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'sla_due_at' as "COLUMN",
        sla_due_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from problem_texts
    where sla_due_at is not null and case
        when regexp_like(trim(sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'is_known_error' as "COLUMN",
        is_known_error as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from problem_texts
    where is_known_error is not null and case
        when lower(trim(is_known_error, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_known_error, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'resolved_at' as "COLUMN",
        resolved_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from problem_texts
    where resolved_at is not null and case
        when regexp_like(trim(resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'account_id' as "COLUMN",
        customer_account_id as "VALUE",
        'a placeholder, no id' as reason,
        loaded_at as rejected_at
    from problem_texts
    where customer_account_id is not null and case
        when regexp_like(trim(customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(customer_account_id, ' \t\n\r\u00a0')
    end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'assignment_group_changed' as "COLUMN",
        assignment_group_changed as "VALUE",
        'not a count' as reason,
        loaded_at as rejected_at
    from problem_texts
    where assignment_group_changed is not null and case when regexp_like(trim(assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(assignment_group_changed, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'priority' as "COLUMN",
        priority as "VALUE",
        'not a priority from 1 to 5' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where priority is not null and case
        when regexp_like(trim(priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'impact' as "COLUMN",
        impact as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where impact is not null and case
        when regexp_like(trim(impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'urgency' as "COLUMN",
        urgency as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where urgency is not null and case
        when regexp_like(trim(urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'escalation' as "COLUMN",
        escalation as "VALUE",
        'not an escalation from 0 to 3' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where escalation is not null and case
        when regexp_like(trim(escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'is_active' as "COLUMN",
        is_active as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where is_active is not null and case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'made_sla' as "COLUMN",
        made_sla as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where made_sla is not null and case
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'opened_at' as "COLUMN",
        opened_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where opened_at is not null and case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where closed_at is not null and case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'sla_due_at' as "COLUMN",
        sla_due_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where sla_due_at is not null and case
        when regexp_like(trim(sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'start_at' as "COLUMN",
        start_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where start_at is not null and case
        when regexp_like(trim(start_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(start_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(start_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(start_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'end_at' as "COLUMN",
        end_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where end_at is not null and case
        when regexp_like(trim(end_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(end_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(end_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(end_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'account_id' as "COLUMN",
        customer_account_id as "VALUE",
        'a placeholder, no id' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where customer_account_id is not null and case
        when regexp_like(trim(customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(customer_account_id, ' \t\n\r\u00a0')
    end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'assignment_group_changed' as "COLUMN",
        assignment_group_changed as "VALUE",
        'not a count' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where assignment_group_changed is not null and case when regexp_like(trim(assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(assignment_group_changed, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from other_tasks
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from other_tasks
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'priority' as "COLUMN",
        priority as "VALUE",
        'not a priority from 1 to 5' as reason,
        loaded_at as rejected_at
    from other_tasks
    where priority is not null and case
        when regexp_like(trim(priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'impact' as "COLUMN",
        impact as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from other_tasks
    where impact is not null and case
        when regexp_like(trim(impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(impact, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'urgency' as "COLUMN",
        urgency as "VALUE",
        'not a level' as reason,
        loaded_at as rejected_at
    from other_tasks
    where urgency is not null and case
        when regexp_like(trim(urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'escalation' as "COLUMN",
        escalation as "VALUE",
        'not an escalation from 0 to 3' as reason,
        loaded_at as rejected_at
    from other_tasks
    where escalation is not null and case
        when regexp_like(trim(escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'is_active' as "COLUMN",
        is_active as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from other_tasks
    where is_active is not null and case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'made_sla' as "COLUMN",
        made_sla as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from other_tasks
    where made_sla is not null and case
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'opened_at' as "COLUMN",
        opened_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from other_tasks
    where opened_at is not null and case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from other_tasks
    where closed_at is not null and case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'sla_due_at' as "COLUMN",
        sla_due_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from other_tasks
    where sla_due_at is not null and case
        when regexp_like(trim(sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'account_id' as "COLUMN",
        customer_account_id as "VALUE",
        'a placeholder, no id' as reason,
        loaded_at as rejected_at
    from other_tasks
    where customer_account_id is not null and case
        when regexp_like(trim(customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(customer_account_id, ' \t\n\r\u00a0')
    end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'assignment_group_changed' as "COLUMN",
        assignment_group_changed as "VALUE",
        'not a count' as reason,
        loaded_at as rejected_at
    from other_tasks
    where assignment_group_changed is not null and case when regexp_like(trim(assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(assignment_group_changed, ' \t\n\r\u00a0') as integer) end is null
    union all
    select
        'servicenow' as source,
        'cmdb_ci' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from cmdb_ci_texts
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'cmdb_ci' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from cmdb_ci_texts
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'sys_user' as stream,
        id,
        'created_at' as "COLUMN",
        created_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from sys_user_texts
    where created_at is not null and case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'sys_user' as stream,
        id,
        'updated_at' as "COLUMN",
        updated_at as "VALUE",
        'not a time' as reason,
        loaded_at as rejected_at
    from sys_user_texts
    where updated_at is not null and case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end is null
    union all
    select
        'servicenow' as source,
        'sys_user' as stream,
        id,
        'is_active' as "COLUMN",
        is_active as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from sys_user_texts
    where is_active is not null and case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'sys_user' as stream,
        id,
        'is_vip' as "COLUMN",
        is_vip as "VALUE",
        'neither true nor false' as reason,
        loaded_at as rejected_at
    from sys_user_texts
    where is_vip is not null and case
        when lower(trim(is_vip, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_vip, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'first_responded_at' as "COLUMN",
        first_responded_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from incident_texts
    where first_responded_at is not null and case when not coalesce(case
        when regexp_like(trim(first_responded_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(first_responded_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(first_responded_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(first_responded_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'resolved_at' as "COLUMN",
        resolved_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from incident_texts
    where resolved_at is not null and case when not coalesce(case
        when regexp_like(trim(resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
    union all
    select
        'servicenow' as source,
        'incident' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from incident_texts
    where closed_at is not null and case when not coalesce(case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'resolved_at' as "COLUMN",
        resolved_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from problem_texts
    where resolved_at is not null and case when not coalesce(case
        when regexp_like(trim(resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
    union all
    select
        'servicenow' as source,
        'problem' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from problem_texts
    where closed_at is not null and case when not coalesce(case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
    union all
    select
        'servicenow' as source,
        'change_request' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from change_request_texts
    where closed_at is not null and case when not coalesce(case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
    union all
    select
        'servicenow' as source,
        'task' as stream,
        id,
        'closed_at' as "COLUMN",
        closed_at as "VALUE",
        'before the ticket was opened' as reason,
        loaded_at as rejected_at
    from other_tasks
    where closed_at is not null and case when not coalesce(case
        when regexp_like(trim(closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false) then 1 end is null
)
select * from final
    )
;

-- model.revops_pipeline.staging_companies
create or replace transient table <database>.staging.staging_companies
    as (with records as (
    select * from <database>.staging.base_hubspot_companies
),
final as (
    select
        id,
        name,
        industry,
        domain,
        website,
        country,
        owner_id,
        case
        when regexp_like(trim(salesforce_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(salesforce_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(salesforce_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(salesforce_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(salesforce_account_id, ' \t\n\r\u00a0')
    end as salesforce_account_id,
        case
        when regexp_like(trim(created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_contact_companies
create or replace transient table <database>.staging.staging_contact_companies
    as (with edges as (
    select
        from_records.id as contact_id,
        to_records.id as company_id,
        max(case when case lower(trim(edges.is_primary, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end then 1 else 0 end) as flagged
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"from_id" as varchar) end as from_id,
        case when trim(cast(document:"to_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"to_id" as varchar) end as to_id,
        case when trim(cast(document:"is_primary" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"is_primary" as varchar) end as is_primary,
        loaded_at
    from <database>.raw.hubspot_contact_companies
    where deleted_at is null
    ) as edges
    left join <database>.staging.hubspot_merged_ids as from_merged
        on edges.from_id = from_merged.old_id and from_merged.object_type = 'contacts'
    left join <database>.staging.hubspot_merged_ids as to_merged
        on edges.to_id = to_merged.old_id and to_merged.object_type = 'companies'
    inner join <database>.staging.base_hubspot_contacts as from_records
        on coalesce(from_merged.current_id, edges.from_id) = from_records.id
    inner join <database>.staging.base_hubspot_companies as to_records
        on coalesce(to_merged.current_id, edges.to_id) = to_records.id
    group by from_records.id, to_records.id
),
final as (
    select
        contact_id,
        company_id,
        flagged = 1 and row_number() over (
            partition by contact_id
            order by flagged desc, try_cast(company_id as decimal(38, 0)) asc nulls last, company_id asc
        ) = 1 as is_primary
    from edges
)
select * from final
    )
;

-- model.revops_pipeline.staging_contacts
alter table <database>.staging.staging_contacts cluster by (email_key)
;

-- model.revops_pipeline.staging_contacts
create or replace transient table <database>.staging.staging_contacts
    as (select * from (
            with records as (
    select * from <database>.staging.base_hubspot_contacts
),
companies as (
    select id from <database>.staging.base_hubspot_companies
),
primary_companies as (
    select
        contact_id,
        company_id
    from <database>.staging.staging_contact_companies
    where is_primary
),
-- A contact whose associations were ever read is believed by them alone: the property lags.
associated as (
    select distinct edges.contact_id
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"from_id" as varchar) end as contact_id,
        loaded_at
    from <database>.raw.hubspot_contact_companies
    where true
    ) as edges
),
merged_companies as (
    select
        old_id,
        current_id
    from <database>.staging.hubspot_merged_ids
    where object_type = 'companies'
),
final as (
    select
        records.id,
        records.email,
        case
        when lower(trim(records.email, ' \t\n\r\u00a0')) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(records.email, ' \t\n\r\u00a0'))
    end as email_key,
        records.first_name,
        records.last_name,
        coalesce(
            primary_companies.company_id,
            case when associated.contact_id is null then companies.id end
        ) as company_id,
        records.lifecycle_stage,
        records.owner_id,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
    left join primary_companies on records.id = primary_companies.contact_id
    left join associated on records.id = associated.contact_id
    left join merged_companies on records.associated_company_id = merged_companies.old_id
    left join companies
        on coalesce(merged_companies.current_id, records.associated_company_id) = companies.id
)
select * from final
        )
        order by (
            email_key
        )
    )
;

-- model.revops_pipeline.staging_deal_companies
create or replace transient table <database>.staging.staging_deal_companies
    as (with edges as (
    select
        from_records.id as deal_id,
        to_records.id as company_id,
        max(case when case lower(trim(edges.is_primary, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end then 1 else 0 end) as flagged
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"from_id" as varchar) end as from_id,
        case when trim(cast(document:"to_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"to_id" as varchar) end as to_id,
        case when trim(cast(document:"is_primary" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"is_primary" as varchar) end as is_primary,
        loaded_at
    from <database>.raw.hubspot_deal_companies
    where deleted_at is null
    ) as edges
    left join <database>.staging.hubspot_merged_ids as from_merged
        on edges.from_id = from_merged.old_id and from_merged.object_type = 'deals'
    left join <database>.staging.hubspot_merged_ids as to_merged
        on edges.to_id = to_merged.old_id and to_merged.object_type = 'companies'
    inner join <database>.staging.base_hubspot_deals as from_records
        on coalesce(from_merged.current_id, edges.from_id) = from_records.id
    inner join <database>.staging.base_hubspot_companies as to_records
        on coalesce(to_merged.current_id, edges.to_id) = to_records.id
    group by from_records.id, to_records.id
),
final as (
    select
        deal_id,
        company_id,
        row_number() over (
            partition by deal_id
            order by flagged desc, try_cast(company_id as decimal(38, 0)) asc nulls last, company_id asc
        ) = 1 as is_primary
    from edges
)
select * from final
    )
;

-- model.revops_pipeline.staging_deal_contacts
create or replace transient table <database>.staging.staging_deal_contacts
    as (with edges as (
    select
        from_records.id as deal_id,
        to_records.id as contact_id,
        max(case when case lower(trim(edges.is_primary, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end then 1 else 0 end) as flagged
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"from_id" as varchar) end as from_id,
        case when trim(cast(document:"to_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"to_id" as varchar) end as to_id,
        case when trim(cast(document:"is_primary" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"is_primary" as varchar) end as is_primary,
        loaded_at
    from <database>.raw.hubspot_deal_contacts
    where deleted_at is null
    ) as edges
    left join <database>.staging.hubspot_merged_ids as from_merged
        on edges.from_id = from_merged.old_id and from_merged.object_type = 'deals'
    left join <database>.staging.hubspot_merged_ids as to_merged
        on edges.to_id = to_merged.old_id and to_merged.object_type = 'contacts'
    inner join <database>.staging.base_hubspot_deals as from_records
        on coalesce(from_merged.current_id, edges.from_id) = from_records.id
    inner join <database>.staging.base_hubspot_contacts as to_records
        on coalesce(to_merged.current_id, edges.to_id) = to_records.id
    group by from_records.id, to_records.id
),
final as (
    select
        deal_id,
        contact_id
    from edges
)
select * from final
    )
;

-- model.revops_pipeline.staging_deals
alter table <database>.staging.staging_deals cluster by (company_id)
;

-- model.revops_pipeline.staging_deals
create or replace transient table <database>.staging.staging_deals
    as (select * from (
            with records as (
    select * from <database>.staging.base_hubspot_deals
),
companies as (
    select
        id,
        name
    from <database>.staging.base_hubspot_companies
),
primary_companies as (
    select
        deal_id,
        company_id
    from <database>.staging.staging_deal_companies
    where is_primary
),
stages as (
    select * from <database>.staging.staging_pipeline_stages
),
-- What the deal itself says comes first, then its stage's settings, then HubSpot's stock stages.
outcomes as (
    select
        records.id,
        coalesce(
            case lower(trim(records.won_flag, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end, stages.is_won, records.deal_stage = 'closedwon', false
        ) as is_won,
        coalesce(
            case lower(trim(records.closed_flag, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end,
            stages.is_closed,
            records.deal_stage in ('closedwon', 'closedlost'),
            false
        ) as is_closed
    from records
    left join stages
        on records.pipeline = stages.pipeline_id and records.deal_stage = stages.stage_id
),
final as (
    select
        records.id,
        records.deal_name,
        case
        when regexp_like(trim(records.amount, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(records.amount, ' \t\n\r\u00a0') as decimal(18, 2))
    end as amount,
        records.currency,
        cast(case
        when regexp_like(trim(records.close_date, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.close_date, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.close_date, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.close_date, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as close_date,
        primary_companies.company_id,
        companies.name as company_name,
        records.pipeline,
        records.deal_stage,
        -- A won deal is closed, whatever else is said of it.
        outcomes.is_closed or outcomes.is_won as is_closed,
        outcomes.is_won,
        records.owner_id,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
    inner join outcomes on records.id = outcomes.id
    left join primary_companies on records.id = primary_companies.deal_id
    left join companies on primary_companies.company_id = companies.id
)
select * from final
        )
        order by (
            company_id
        )
    )
;

-- model.revops_pipeline.staging_owners
create or replace transient table <database>.staging.staging_owners
    as (with documents as (
    select
        id,
        case when trim(cast(document:"email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"email" as varchar) end as email,
        case when trim(cast(document:"firstName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"firstName" as varchar) end as first_name,
        case when trim(cast(document:"lastName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"lastName" as varchar) end as last_name,
        case when trim(cast(document:"userId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"userId" as varchar) end as user_id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as archived,
        loaded_at
    from <database>.raw.hubspot_owners
    where deleted_at is null
),
final as (
    select
        id,
        email,
        case
        when lower(trim(email, ' \t\n\r\u00a0')) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(email, ' \t\n\r\u00a0'))
    end as email_key,
        first_name,
        last_name,
        user_id,
        -- Kept: those who left still own deals.
        coalesce(case lower(trim(archived, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end, false) as is_archived,
        loaded_at
    from documents
)
select * from final
    )
;

-- model.revops_pipeline.staging_pipeline_stages
create or replace transient table <database>.staging.staging_pipeline_stages
    as (with stages as (
    select
        records.id,
        records.loaded_at,
        elements.value as element
    from <database>.raw.hubspot_pipelines as records,
        lateral flatten(input => get(records.document, 'stages')) as elements
    where deleted_at is null
),
documents as (
    select
        id,
        case when trim(cast(element:"id" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"id" as varchar) end as stage_id,
        case when trim(cast(element:"label" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"label" as varchar) end as label,
        case when trim(cast(element:"displayOrder" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"displayOrder" as varchar) end as display_order,
        case when trim(cast(element:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"archived" as varchar) end as archived,
        case when trim(cast(element:"metadata"."isClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"metadata"."isClosed" as varchar) end as closed,
        case when trim(cast(element:"metadata"."probability" as varchar), ' \t\n\r\u00a0') <> '' then cast(element:"metadata"."probability" as varchar) end as probability,
        loaded_at
    from stages
    where true
),
typed as (
    select
        id as pipeline_id,
        stage_id,
        label,
        case when regexp_like(trim(display_order, ' \t\n\r\u00a0'), '[+-]?[0-9]+') then try_cast(trim(display_order, ' \t\n\r\u00a0') as integer) end as display_order,
        case lower(trim(closed, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end as is_closed,
        try_cast(trim(probability, ' \t\n\r\u00a0') as decimal(9, 6)) as probability,
        coalesce(case lower(trim(archived, ' \t\n\r\u00a0')) when 'true' then true when 'false' then false end, false) as is_archived,
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
    )
;

-- model.revops_pipeline.staging_salesforce_accounts
create or replace transient table <database>.staging.staging_salesforce_accounts
    as (with records as (
    select
        id,
        account_name,
        account_type,
        parent_id,
        annual_revenue,
        currency,
        industry,
        billing_country,
        website,
        phone,
        employees,
        owner_id,
        coalesce(nps_score, nps_score__small) as nps_score,
        coalesce(adoption_score, adoption_score__small) as adoption_score,
        coalesce(churn_risk_score, churn_risk_score__small) as churn_risk_score,
        coalesce(health_score, health_score__small) as health_score,
        coalesce(active_users, active_users__small) as active_users,
        coalesce(total_users, total_users__small) as total_users,
        coalesce(feature_usage_score, feature_usage_score__small) as feature_usage_score,
        coalesce(revenue_growth_pct, revenue_growth_pct__small) as revenue_growth_pct,
        coalesce(nrr_pct, nrr_pct__small) as nrr_pct,
        coalesce(last_login_date, last_login_date__small) as last_login_date,
        coalesce(support_tickets_30d, support_tickets_30d__small) as support_tickets_30d,
        coalesce(executive_engagement, executive_engagement__small) as executive_engagement,
        coalesce(arr, arr__small) as arr,
        coalesce(prior_arr, prior_arr__small) as prior_arr,
        coalesce(tier, tier__small) as tier,
        coalesce(segment, segment__small) as segment,
        coalesce(payment_health, payment_health__small) as payment_health,
        coalesce(qbr_attendance_pct, qbr_attendance_pct__small) as qbr_attendance_pct,
        coalesce(champion_stability, champion_stability__small) as champion_stability,
        coalesce(expansion_signals, expansion_signals__small) as expansion_signals,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as account_name,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as account_type,
        case when trim(cast(document:"ParentId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ParentId" as varchar) end as parent_id,
        case when trim(cast(document:"AnnualRevenue" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AnnualRevenue" as varchar) end as annual_revenue,
        case when trim(cast(document:"CurrencyIsoCode" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CurrencyIsoCode" as varchar) end as currency,
        case when trim(cast(document:"Industry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Industry" as varchar) end as industry,
        case when trim(cast(document:"BillingCountry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"BillingCountry" as varchar) end as billing_country,
        case when trim(cast(document:"Website" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Website" as varchar) end as website,
        case when trim(cast(document:"Phone" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Phone" as varchar) end as phone,
        case when trim(cast(document:"NumberOfEmployees" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"NumberOfEmployees" as varchar) end as employees,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"NPS_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"NPS_Score__c" as varchar) end as nps_score,
        case when trim(cast(document:"nps_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"nps_score__c" as varchar) end as nps_score__small,
        case when trim(cast(document:"Adoption_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Adoption_Score__c" as varchar) end as adoption_score,
        case when trim(cast(document:"adoption_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"adoption_score__c" as varchar) end as adoption_score__small,
        case when trim(cast(document:"Churn_Risk_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Churn_Risk_Score__c" as varchar) end as churn_risk_score,
        case when trim(cast(document:"churn_risk_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"churn_risk_score__c" as varchar) end as churn_risk_score__small,
        case when trim(cast(document:"Health_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Health_Score__c" as varchar) end as health_score,
        case when trim(cast(document:"health_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"health_score__c" as varchar) end as health_score__small,
        case when trim(cast(document:"Active_Users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Active_Users__c" as varchar) end as active_users,
        case when trim(cast(document:"active_users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active_users__c" as varchar) end as active_users__small,
        case when trim(cast(document:"Total_Users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Total_Users__c" as varchar) end as total_users,
        case when trim(cast(document:"total_users__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"total_users__c" as varchar) end as total_users__small,
        case when trim(cast(document:"Feature_Usage_Score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Feature_Usage_Score__c" as varchar) end as feature_usage_score,
        case when trim(cast(document:"feature_usage_score__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"feature_usage_score__c" as varchar) end as feature_usage_score__small,
        case when trim(cast(document:"Revenue_Growth_Rate__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Revenue_Growth_Rate__c" as varchar) end as revenue_growth_pct,
        case when trim(cast(document:"revenue_growth_rate__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"revenue_growth_rate__c" as varchar) end as revenue_growth_pct__small,
        case when trim(cast(document:"NRR__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"NRR__c" as varchar) end as nrr_pct,
        case when trim(cast(document:"nrr__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"nrr__c" as varchar) end as nrr_pct__small,
        case when trim(cast(document:"Last_Login_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Last_Login_Date__c" as varchar) end as last_login_date,
        case when trim(cast(document:"last_login_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"last_login_date__c" as varchar) end as last_login_date__small,
        case when trim(cast(document:"Support_Tickets_30d__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Support_Tickets_30d__c" as varchar) end as support_tickets_30d,
        case when trim(cast(document:"support_tickets_30d__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"support_tickets_30d__c" as varchar) end as support_tickets_30d__small,
        case when trim(cast(document:"Executive_Engagement__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Executive_Engagement__c" as varchar) end as executive_engagement,
        case when trim(cast(document:"executive_engagement__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"executive_engagement__c" as varchar) end as executive_engagement__small,
        case when trim(cast(document:"ARR__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ARR__c" as varchar) end as arr,
        case when trim(cast(document:"arr__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"arr__c" as varchar) end as arr__small,
        case when trim(cast(document:"Prior_ARR__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Prior_ARR__c" as varchar) end as prior_arr,
        case when trim(cast(document:"prior_arr__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"prior_arr__c" as varchar) end as prior_arr__small,
        case when trim(cast(document:"Tier__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Tier__c" as varchar) end as tier,
        case when trim(cast(document:"tier__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"tier__c" as varchar) end as tier__small,
        case when trim(cast(document:"Segment__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Segment__c" as varchar) end as segment,
        case when trim(cast(document:"segment__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"segment__c" as varchar) end as segment__small,
        case when trim(cast(document:"Payment_Health__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Payment_Health__c" as varchar) end as payment_health,
        case when trim(cast(document:"payment_health__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"payment_health__c" as varchar) end as payment_health__small,
        case when trim(cast(document:"QBR_Attendance__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"QBR_Attendance__c" as varchar) end as qbr_attendance_pct,
        case when trim(cast(document:"qbr_attendance__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"qbr_attendance__c" as varchar) end as qbr_attendance_pct__small,
        case when trim(cast(document:"Champion_Stability__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Champion_Stability__c" as varchar) end as champion_stability,
        case when trim(cast(document:"champion_stability__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"champion_stability__c" as varchar) end as champion_stability__small,
        case when trim(cast(document:"Expansion_Signals__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Expansion_Signals__c" as varchar) end as expansion_signals,
        case when trim(cast(document:"expansion_signals__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"expansion_signals__c" as varchar) end as expansion_signals__small,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_accounts
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        account_name as account_name,
        account_type as account_type,
        parent_id as parent_id,
        case
        when regexp_like(trim(annual_revenue, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(annual_revenue, ' \t\n\r\u00a0') as decimal(18, 2))
    end as annual_revenue,
        currency as currency,
        industry as industry,
        billing_country as billing_country,
        website as website,
        phone as phone,
        case when regexp_like(trim(employees, ' \t\n\r\u00a0'), '[+-]?[0-9]+') then try_cast(trim(employees, ' \t\n\r\u00a0') as integer) end as employees,
        owner_id as owner_id,
        case
        when regexp_like(trim(nps_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(nps_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end as nps_score,
        case
        when regexp_like(trim(adoption_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(adoption_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end as adoption_score,
        case
        when regexp_like(trim(churn_risk_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(churn_risk_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end as churn_risk_score,
        case
        when regexp_like(trim(health_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(health_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end as health_score,
        case
        when regexp_like(trim(active_users, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(active_users, ' \t\n\r\u00a0') as decimal(18, 4))
    end as active_users,
        case
        when regexp_like(trim(total_users, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(total_users, ' \t\n\r\u00a0') as decimal(18, 4))
    end as total_users,
        case
        when regexp_like(trim(feature_usage_score, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(feature_usage_score, ' \t\n\r\u00a0') as decimal(18, 4))
    end as feature_usage_score,
        case
        when regexp_like(trim(revenue_growth_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(revenue_growth_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end as revenue_growth_pct,
        case
        when regexp_like(trim(nrr_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(nrr_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end as nrr_pct,
        cast(case
        when regexp_like(trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(last_login_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as last_login_date,
        case
        when regexp_like(trim(support_tickets_30d, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(support_tickets_30d, ' \t\n\r\u00a0') as decimal(18, 4))
    end as support_tickets_30d,
        executive_engagement as executive_engagement,
        case
        when regexp_like(trim(arr, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(arr, ' \t\n\r\u00a0') as decimal(18, 2))
    end as arr,
        case
        when regexp_like(trim(prior_arr, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(prior_arr, ' \t\n\r\u00a0') as decimal(18, 2))
    end as prior_arr,
        tier as tier,
        segment as segment,
        payment_health as payment_health,
        case
        when regexp_like(trim(qbr_attendance_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(qbr_attendance_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end as qbr_attendance_pct,
        champion_stability as champion_stability,
        case
        when regexp_like(trim(expansion_signals, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(expansion_signals, ' \t\n\r\u00a0') as decimal(18, 4))
    end as expansion_signals,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_cases
create or replace transient table <database>.staging.staging_salesforce_cases
    as (with records as (
    select
        id,
        account_id,
        contact_id,
        case_number,
        subject,
        status,
        priority,
        origin,
        case_type,
        reason,
        is_closed,
        is_escalated,
        closed_at,
        coalesce(satisfaction_rating, satisfaction_rating__small) as satisfaction_rating,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"ContactId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContactId" as varchar) end as contact_id,
        case when trim(cast(document:"CaseNumber" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CaseNumber" as varchar) end as case_number,
        case when trim(cast(document:"Subject" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Subject" as varchar) end as subject,
        case when trim(cast(document:"Status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status" as varchar) end as status,
        case when trim(cast(document:"Priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Priority" as varchar) end as priority,
        case when trim(cast(document:"Origin" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Origin" as varchar) end as origin,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as case_type,
        case when trim(cast(document:"Reason" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Reason" as varchar) end as reason,
        case when trim(cast(document:"IsClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsClosed" as varchar) end as is_closed,
        case when trim(cast(document:"IsEscalated" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsEscalated" as varchar) end as is_escalated,
        case when trim(cast(document:"ClosedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ClosedDate" as varchar) end as closed_at,
        case when trim(cast(document:"Satisfaction_Rating__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Satisfaction_Rating__c" as varchar) end as satisfaction_rating,
        case when trim(cast(document:"satisfaction_rating__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"satisfaction_rating__c" as varchar) end as satisfaction_rating__small,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_cases
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        account_id as account_id,
        contact_id as contact_id,
        case_number as case_number,
        subject as subject,
        status as status,
        priority as priority,
        origin as origin,
        case_type as case_type,
        reason as reason,
        case
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_closed,
        case
        when lower(trim(is_escalated, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_escalated, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_escalated,
        case
        when regexp_like(trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(closed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as closed_at,
        case
        when case
        when regexp_like(trim(satisfaction_rating, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(satisfaction_rating, ' \t\n\r\u00a0') as decimal(18, 4))
    end between 1 and 5
            then case
        when regexp_like(trim(satisfaction_rating, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(satisfaction_rating, ' \t\n\r\u00a0') as decimal(18, 4))
    end
    end as satisfaction_rating,
        owner_id as owner_id,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_churn_signals
create or replace transient table <database>.staging.staging_salesforce_churn_signals
    as (with records as (
    select
        id,
        coalesce(account_id, account_id__small) as account_id,
        signal_name,
        coalesce(severity, severity__small) as severity,
        coalesce(signal_type, signal_type__small) as signal_type,
        coalesce(status, status__small) as status,
        coalesce(signal_date, signal_date__small) as signal_date,
        coalesce(resolved_date, resolved_date__small) as resolved_date,
        coalesce(description, description__small) as description,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"Account__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Account__c" as varchar) end as account_id,
        case when trim(cast(document:"account__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"account__c" as varchar) end as account_id__small,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as signal_name,
        case when trim(cast(document:"Severity__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Severity__c" as varchar) end as severity,
        case when trim(cast(document:"severity__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"severity__c" as varchar) end as severity__small,
        case when trim(cast(document:"Signal_Type__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Signal_Type__c" as varchar) end as signal_type,
        case when trim(cast(document:"signal_type__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"signal_type__c" as varchar) end as signal_type__small,
        case when trim(cast(document:"Status__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status__c" as varchar) end as status,
        case when trim(cast(document:"status__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"status__c" as varchar) end as status__small,
        case when trim(cast(document:"Signal_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Signal_Date__c" as varchar) end as signal_date,
        case when trim(cast(document:"signal_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"signal_date__c" as varchar) end as signal_date__small,
        case when trim(cast(document:"Resolved_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Resolved_Date__c" as varchar) end as resolved_date,
        case when trim(cast(document:"resolved_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"resolved_date__c" as varchar) end as resolved_date__small,
        case when trim(cast(document:"Description__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Description__c" as varchar) end as description,
        case when trim(cast(document:"description__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"description__c" as varchar) end as description__small,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_churn_signals
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        account_id as account_id,
        signal_name as signal_name,
        case
        when lower(trim(severity, ' \t\n\r\u00a0')) in ('critical', 'moderate', 'watch') then lower(trim(severity, ' \t\n\r\u00a0'))
    end as severity,
        signal_type as signal_type,
        status as status,
        cast(case
        when regexp_like(trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(signal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as signal_date,
        cast(case
        when regexp_like(trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(resolved_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as resolved_date,
        description as description,
        owner_id as owner_id,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_contacts
create or replace transient table <database>.staging.staging_salesforce_contacts
    as (with records as (
    select
        id,
        account_id,
        first_name,
        last_name,
        title,
        department,
        email,
        email_key,
        phone,
        country,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"FirstName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"FirstName" as varchar) end as first_name,
        case when trim(cast(document:"LastName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"LastName" as varchar) end as last_name,
        case when trim(cast(document:"Title" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Title" as varchar) end as title,
        case when trim(cast(document:"Department" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Department" as varchar) end as department,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email_key,
        case when trim(cast(document:"Phone" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Phone" as varchar) end as phone,
        case when trim(cast(document:"MailingCountry" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"MailingCountry" as varchar) end as country,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_contacts
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        account_id as account_id,
        first_name as first_name,
        last_name as last_name,
        title as title,
        department as department,
        email as email,
        case
        when lower(trim(email_key, ' \t\n\r\u00a0')) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(email_key, ' \t\n\r\u00a0'))
    end as email_key,
        phone as phone,
        country as country,
        owner_id as owner_id,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_contracts
create or replace transient table <database>.staging.staging_salesforce_contracts
    as (with records as (
    select
        id,
        account_id,
        contract_number,
        status,
        start_date,
        end_date,
        term_months,
        activated_at,
        coalesce(changes_count, changes_count__small) as changes_count,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"ContractNumber" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContractNumber" as varchar) end as contract_number,
        case when trim(cast(document:"Status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status" as varchar) end as status,
        case when trim(cast(document:"StartDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"StartDate" as varchar) end as start_date,
        case when trim(cast(document:"EndDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"EndDate" as varchar) end as end_date,
        case when trim(cast(document:"ContractTerm" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContractTerm" as varchar) end as term_months,
        case when trim(cast(document:"ActivatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ActivatedDate" as varchar) end as activated_at,
        case when trim(cast(document:"Changes_Count__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Changes_Count__c" as varchar) end as changes_count,
        case when trim(cast(document:"changes_count__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"changes_count__c" as varchar) end as changes_count__small,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_contracts
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        account_id as account_id,
        contract_number as contract_number,
        status as status,
        cast(case
        when regexp_like(trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(start_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as start_date,
        cast(case
        when regexp_like(trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(end_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as end_date,
        case when regexp_like(trim(term_months, ' \t\n\r\u00a0'), '[+-]?[0-9]+') then try_cast(trim(term_months, ' \t\n\r\u00a0') as integer) end as term_months,
        case
        when regexp_like(trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(activated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as activated_at,
        case
        when regexp_like(trim(changes_count, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(changes_count, ' \t\n\r\u00a0') as decimal(18, 4))
    end as changes_count,
        owner_id as owner_id,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_opportunities
create or replace transient table <database>.staging.staging_salesforce_opportunities
    as (with records as (
    select
        id,
        account_id,
        opportunity_name,
        stage,
        amount,
        currency,
        probability_pct,
        close_date,
        opportunity_type,
        lead_source,
        is_closed,
        is_won,
        forecast_category,
        owner_id,
        contract_id,
        coalesce(renewal_date, renewal_date__small) as renewal_date,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as opportunity_name,
        case when trim(cast(document:"StageName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"StageName" as varchar) end as stage,
        case when trim(cast(document:"Amount" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Amount" as varchar) end as amount,
        case when trim(cast(document:"CurrencyIsoCode" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CurrencyIsoCode" as varchar) end as currency,
        case when trim(cast(document:"Probability" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Probability" as varchar) end as probability_pct,
        case when trim(cast(document:"CloseDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CloseDate" as varchar) end as close_date,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as opportunity_type,
        case when trim(cast(document:"LeadSource" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"LeadSource" as varchar) end as lead_source,
        case when trim(cast(document:"IsClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsClosed" as varchar) end as is_closed,
        case when trim(cast(document:"IsWon" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsWon" as varchar) end as is_won,
        case when trim(cast(document:"ForecastCategoryName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ForecastCategoryName" as varchar) end as forecast_category,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"ContractId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ContractId" as varchar) end as contract_id,
        case when trim(cast(document:"Renewal_Date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Renewal_Date__c" as varchar) end as renewal_date,
        case when trim(cast(document:"renewal_date__c" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"renewal_date__c" as varchar) end as renewal_date__small,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_opportunities
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        account_id as account_id,
        opportunity_name as opportunity_name,
        stage as stage,
        case
        when regexp_like(trim(amount, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' \t\n\r\u00a0') as decimal(18, 2))
    end as amount,
        currency as currency,
        case
        when regexp_like(trim(probability_pct, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(probability_pct, ' \t\n\r\u00a0') as decimal(18, 4))
    end as probability_pct,
        cast(case
        when regexp_like(trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(close_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as close_date,
        opportunity_type as opportunity_type,
        lead_source as lead_source,
        case
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_closed,
        case
        when lower(trim(is_won, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_won, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_won,
        forecast_category as forecast_category,
        owner_id as owner_id,
        contract_id as contract_id,
        cast(case
        when regexp_like(trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(renewal_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as renewal_date,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_tasks
create or replace transient table <database>.staging.staging_salesforce_tasks
    as (with records as (
    select
        id,
        who_id,
        what_id,
        account_id,
        subject,
        status,
        priority,
        activity_date,
        task_type,
        task_subtype,
        call_type,
        is_closed,
        completed_at,
        owner_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"WhoId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"WhoId" as varchar) end as who_id,
        case when trim(cast(document:"WhatId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"WhatId" as varchar) end as what_id,
        case when trim(cast(document:"AccountId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"AccountId" as varchar) end as account_id,
        case when trim(cast(document:"Subject" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Subject" as varchar) end as subject,
        case when trim(cast(document:"Status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Status" as varchar) end as status,
        case when trim(cast(document:"Priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Priority" as varchar) end as priority,
        case when trim(cast(document:"ActivityDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ActivityDate" as varchar) end as activity_date,
        case when trim(cast(document:"Type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Type" as varchar) end as task_type,
        case when trim(cast(document:"TaskSubtype" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"TaskSubtype" as varchar) end as task_subtype,
        case when trim(cast(document:"CallType" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CallType" as varchar) end as call_type,
        case when trim(cast(document:"IsClosed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsClosed" as varchar) end as is_closed,
        case when trim(cast(document:"CompletedDateTime" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CompletedDateTime" as varchar) end as completed_at,
        case when trim(cast(document:"OwnerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"OwnerId" as varchar) end as owner_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_tasks
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        who_id as who_id,
        what_id as what_id,
        account_id as account_id,
        subject as subject,
        status as status,
        priority as priority,
        cast(case
        when regexp_like(trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(activity_date, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as date) as activity_date,
        task_type as task_type,
        task_subtype as task_subtype,
        call_type as call_type,
        case
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_closed, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_closed,
        case
        when regexp_like(trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(completed_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as completed_at,
        owner_id as owner_id,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_salesforce_users
create or replace transient table <database>.staging.staging_salesforce_users
    as (with records as (
    select
        id,
        user_name,
        email,
        email_key,
        first_name,
        last_name,
        full_name,
        title,
        is_active,
        user_type,
        manager_id,
        created_at,
        updated_at,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"Username" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Username" as varchar) end as user_name,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email,
        case when trim(cast(document:"Email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Email" as varchar) end as email_key,
        case when trim(cast(document:"FirstName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"FirstName" as varchar) end as first_name,
        case when trim(cast(document:"LastName" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"LastName" as varchar) end as last_name,
        case when trim(cast(document:"Name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Name" as varchar) end as full_name,
        case when trim(cast(document:"Title" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"Title" as varchar) end as title,
        case when trim(cast(document:"IsActive" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"IsActive" as varchar) end as is_active,
        case when trim(cast(document:"UserType" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"UserType" as varchar) end as user_type,
        case when trim(cast(document:"ManagerId" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"ManagerId" as varchar) end as manager_id,
        case when trim(cast(document:"CreatedDate" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"CreatedDate" as varchar) end as created_at,
        case when trim(cast(document:"SystemModstamp" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"SystemModstamp" as varchar) end as updated_at,
        loaded_at
    from <database>.raw.salesforce_users
    where deleted_at is null
    ) as spelled
),
final as (
    select
        id,
        user_name as user_name,
        email as email,
        case
        when lower(trim(email_key, ' \t\n\r\u00a0')) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(email_key, ' \t\n\r\u00a0'))
    end as email_key,
        first_name as first_name,
        last_name as last_name,
        full_name as full_name,
        title as title,
        case
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_active,
        user_type as user_type,
        manager_id as manager_id,
        case
        when regexp_like(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(created_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(replace(updated_at, '+0000', 'Z'), ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_accounts
create or replace transient table <database>.staging.staging_servicenow_accounts
    as (with incidents as (
    select
        coalesce(account_id, case when lower(trim(account_name, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then 'name:' || lower(trim(account_name, ' \t\n\r\u00a0')) end) as source_id,
        account_id,
        account_name,
        id,
        opened_at,
        updated_at
    from <database>.staging.staging_servicenow_incidents
),
latest as (
    select
        source_id,
        account_name
    from incidents
    where account_name is not null
    qualify row_number() over (
        partition by source_id order by updated_at desc nulls last, id asc
    ) = 1
),
counted as (
    select
        source_id,
        max(account_id) as account_id,
        count(*) as incident_count,
        count(distinct account_name) as name_count,
        min(opened_at) as first_opened_at,
        max(updated_at) as updated_at
    from incidents
    where source_id is not null
    group by source_id
),
final as (
    select
        counted.source_id,
        counted.account_id,
        latest.account_name,
        counted.incident_count,
        counted.name_count,
        counted.first_opened_at,
        counted.updated_at
    from counted
    left join latest on counted.source_id = latest.source_id
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_changes
create or replace transient table <database>.staging.staging_servicenow_changes
    as (with records as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        change_type,
        category,
        risk,
        start_at,
        end_at,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"type" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"type" as varchar) end as change_type,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"risk" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"risk" as varchar) end as risk,
        case when trim(cast(document:"start_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"start_date" as varchar) end as start_at,
        case when trim(cast(document:"end_date" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"end_date" as varchar) end as end_at,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_change_request
    where deleted_at is null
    ) as documents
),
final as (
    select
        records.id,
        records.number,
        case
        when regexp_like(trim(records.customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(records.customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(records.customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(records.customer_account_id, ' \t\n\r\u00a0')
    end as account_id,
        records.customer_account_name as account_name,
        records.company_id,
        records.assigned_to_id,
        records.assignment_group,
        records.configuration_item_id,
        records.short_description,
        records.change_type,
        records.category,
        records.risk,
        records.state,
        case
        when regexp_like(trim(records.priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end as priority,
        case
        when regexp_like(trim(records.impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'low' then 3
    end as impact,
        case
        when regexp_like(trim(records.urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end as urgency,
        case
        when regexp_like(trim(records.escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(records.escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end as escalation,
        case when regexp_like(trim(records.assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(records.assignment_group_changed, ' \t\n\r\u00a0') as integer) end as assignment_group_changed,
        case
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_active,
        case
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as made_sla,
        case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as opened_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as closed_at,
        case
        when regexp_like(trim(records.sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as sla_due_at,
        case
        when regexp_like(trim(records.start_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.start_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.start_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.start_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as start_at,
        case
        when regexp_like(trim(records.end_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.end_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.end_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.end_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as end_at,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_configuration_items
create or replace transient table <database>.staging.staging_servicenow_configuration_items
    as (with records as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        name,
        company_id,
        category,
        install_status,
        operational_status,
        owner_id,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"name" as varchar) end as name,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"install_status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"install_status" as varchar) end as install_status,
        case when trim(cast(document:"operational_status" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"operational_status" as varchar) end as operational_status,
        case when trim(cast(document:"owned_by" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"owned_by" as varchar) end as owner_id,
        loaded_at
    from <database>.raw.servicenow_cmdb_ci
    where deleted_at is null
    ) as documents
),
final as (
    select
        records.id,
        records.record_class as item_class,
        records.name,
        records.company_id,
        records.category,
        records.install_status,
        records.operational_status,
        records.owner_id,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_incidents
create or replace transient table <database>.staging.staging_servicenow_incidents
    as (with records as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        caller_id,
        category,
        resolved_at,
        problem_id,
        change_id,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(first_responded_at_1, first_responded_at_2, cast(null as varchar), null) as first_responded_at,
        coalesce(satisfaction_rating_1, satisfaction_rating_2, cast(null as varchar), null) as satisfaction_rating,
        coalesce(reopened_count_1, reopened_count_2, reopened_count_3, cast(null as varchar), null) as reopened_count,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"caller_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"caller_id" as varchar) end as caller_id,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"resolved_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"resolved_at" as varchar) end as resolved_at,
        case when trim(cast(document:"problem_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"problem_id" as varchar) end as problem_id,
        case when trim(cast(document:"rfc" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"rfc" as varchar) end as change_id,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"first_responded_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"first_responded_at" as varchar) end as first_responded_at_1,
        case when trim(cast(document:"u_first_responded_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_first_responded_at" as varchar) end as first_responded_at_2,
        case when trim(cast(document:"satisfaction_rating" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"satisfaction_rating" as varchar) end as satisfaction_rating_1,
        case when trim(cast(document:"u_satisfaction_rating" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_satisfaction_rating" as varchar) end as satisfaction_rating_2,
        case when trim(cast(document:"reopened_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reopened_count" as varchar) end as reopened_count_1,
        case when trim(cast(document:"u_reopened_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_reopened_count" as varchar) end as reopened_count_2,
        case when trim(cast(document:"reopen_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reopen_count" as varchar) end as reopened_count_3,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_incident
    where deleted_at is null
    ) as documents
),
typed as (
    select
        records.id,
        records.number,
        case
        when regexp_like(trim(records.customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(records.customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(records.customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(records.customer_account_id, ' \t\n\r\u00a0')
    end as account_id,
        records.customer_account_name as account_name,
        records.company_id,
        records.assigned_to_id,
        records.assignment_group,
        records.configuration_item_id,
        records.short_description,
        records.caller_id,
        records.category,
        records.problem_id,
        records.change_id,
        case lower(trim(records.state, ' \t\n\r\u00a0'))
        when '1' then 'new'
        when '1 - new' then 'new'
        when '2' then 'in progress'
        when '2 - in progress' then 'in progress'
        when '3' then 'on hold'
        when '3 - on hold' then 'on hold'
        when '6' then 'resolved'
        when '6 - resolved' then 'resolved'
        when '7' then 'closed'
        when '7 - closed' then 'closed'
        when '8' then 'canceled'
        when '8 - canceled' then 'canceled'
        when 'cancelled' then 'canceled'
        else lower(trim(records.state, ' \t\n\r\u00a0'))
    end as state,
        case
        when regexp_like(trim(records.priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end as priority,
        case
        when regexp_like(trim(records.impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'low' then 3
    end as impact,
        case
        when regexp_like(trim(records.urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end as urgency,
        case
        when regexp_like(trim(records.escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(records.escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end as escalation,
        case when regexp_like(trim(records.assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(records.assignment_group_changed, ' \t\n\r\u00a0') as integer) end as assignment_group_changed,
        case
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_active,
        case
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as made_sla,
        case when regexp_like(trim(records.reopened_count, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(records.reopened_count, ' \t\n\r\u00a0') as integer) end as reopened_count,
        case
        when
            regexp_like(trim(records.satisfaction_rating, ' \t\n\r\u00a0'), '[0-9]+([.][0-9]+)?')
            and try_cast(trim(records.satisfaction_rating, ' \t\n\r\u00a0') as decimal(9, 2)) between 0 and 5
            then try_cast(trim(records.satisfaction_rating, ' \t\n\r\u00a0') as decimal(9, 2))
    end as satisfaction_rating,
        case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as opened_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.first_responded_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.first_responded_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.first_responded_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.first_responded_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.first_responded_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.first_responded_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.first_responded_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.first_responded_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as first_responded_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as resolved_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as closed_at,
        case
        when regexp_like(trim(records.sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as sla_due_at,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
),
open_or_not as (
    select
        *,
        coalesce(is_active, true)
        and coalesce(state, '') not in ('resolved', 'closed', 'canceled')
        and (state is not null or resolved_at is null)
        -- Where the flag is missing and the state is none that is known as open.
        and (
            is_active is not null or closed_at is null or coalesce(state, '') in ('new', 'in progress', 'on hold')
        ) as is_open
    from typed
),
final as (
    select
        *,
        -- ServiceNow closes by itself days after the resolution, which is when the clock stopped.
        case when not is_open then coalesce(resolved_at, closed_at) end as stopped_at
    from open_or_not
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_problems
create or replace transient table <database>.staging.staging_servicenow_problems
    as (with records as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        category,
        is_known_error,
        resolved_at,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"category" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"category" as varchar) end as category,
        case when trim(cast(document:"known_error" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"known_error" as varchar) end as is_known_error,
        case when trim(cast(document:"resolved_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"resolved_at" as varchar) end as resolved_at,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_problem
    where deleted_at is null
    ) as documents
),
final as (
    select
        records.id,
        records.number,
        case
        when regexp_like(trim(records.customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(records.customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(records.customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(records.customer_account_id, ' \t\n\r\u00a0')
    end as account_id,
        records.customer_account_name as account_name,
        records.company_id,
        records.assigned_to_id,
        records.assignment_group,
        records.configuration_item_id,
        records.short_description,
        records.category,
        records.state,
        case
        when regexp_like(trim(records.priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end as priority,
        case
        when regexp_like(trim(records.impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'low' then 3
    end as impact,
        case
        when regexp_like(trim(records.urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end as urgency,
        case
        when regexp_like(trim(records.escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(records.escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end as escalation,
        case when regexp_like(trim(records.assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(records.assignment_group_changed, ' \t\n\r\u00a0') as integer) end as assignment_group_changed,
        case
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_active,
        case
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as made_sla,
        case
        when lower(trim(records.is_known_error, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_known_error, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_known_error,
        case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as opened_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.resolved_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.resolved_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.resolved_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as resolved_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as closed_at,
        case
        when regexp_like(trim(records.sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as sla_due_at,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_tasks
create or replace transient table <database>.staging.staging_servicenow_tasks
    as (with records as (
    select
        id,
        created_at,
        updated_at,
        record_class,
        number,
        company_id,
        assigned_to_id,
        assignment_group,
        configuration_item_id,
        short_description,
        state,
        priority,
        impact,
        urgency,
        escalation,
        is_active,
        made_sla,
        opened_at,
        closed_at,
        sla_due_at,
        coalesce(customer_account_id_1, cast(null as varchar), null) as customer_account_id,
        coalesce(customer_account_name_1, cast(null as varchar), null) as customer_account_name,
        coalesce(assignment_group_changed_1, assignment_group_changed_2, assignment_group_changed_3, cast(null as varchar), null) as assignment_group_changed,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"sys_class_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_class_name" as varchar) end as record_class,
        case when trim(cast(document:"number" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"number" as varchar) end as number,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"assigned_to" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assigned_to" as varchar) end as assigned_to_id,
        case when trim(cast(document:"assignment_group" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group" as varchar) end as assignment_group,
        case when trim(cast(document:"cmdb_ci" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"cmdb_ci" as varchar) end as configuration_item_id,
        case when trim(cast(document:"short_description" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"short_description" as varchar) end as short_description,
        case when trim(cast(document:"state" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"state" as varchar) end as state,
        case when trim(cast(document:"priority" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"priority" as varchar) end as priority,
        case when trim(cast(document:"impact" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"impact" as varchar) end as impact,
        case when trim(cast(document:"urgency" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"urgency" as varchar) end as urgency,
        case when trim(cast(document:"escalation" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"escalation" as varchar) end as escalation,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"made_sla" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"made_sla" as varchar) end as made_sla,
        case when trim(cast(document:"opened_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"opened_at" as varchar) end as opened_at,
        case when trim(cast(document:"closed_at" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"closed_at" as varchar) end as closed_at,
        case when trim(cast(document:"sla_due" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sla_due" as varchar) end as sla_due_at,
        case when trim(cast(document:"u_customer_account_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_id" as varchar) end as customer_account_id_1,
        case when trim(cast(document:"u_customer_account_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_customer_account_name" as varchar) end as customer_account_name_1,
        case when trim(cast(document:"assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"assignment_group_changed" as varchar) end as assignment_group_changed_1,
        case when trim(cast(document:"u_assignment_group_changed" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"u_assignment_group_changed" as varchar) end as assignment_group_changed_2,
        case when trim(cast(document:"reassignment_count" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"reassignment_count" as varchar) end as assignment_group_changed_3,
        loaded_at
    from <database>.raw.servicenow_task
    where deleted_at is null
    ) as documents
),
final as (
    select
        records.id,
        records.record_class as task_class,
        records.number,
        case
        when regexp_like(trim(records.customer_account_id, ' \t\n\r\u00a0'), '[0-9A-Za-z]{15}')
            then trim(records.customer_account_id, ' \t\n\r\u00a0') || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 1, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 2, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 3, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 4, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 5, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 6, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 7, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 8, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 9, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 10, 1), '[A-Z]') then 16 else 0 end, 1) || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 11, 1), '[A-Z]') then 1 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 12, 1), '[A-Z]') then 2 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 13, 1), '[A-Z]') then 4 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 14, 1), '[A-Z]') then 8 else 0 end + case when regexp_like(substr(trim(records.customer_account_id, ' \t\n\r\u00a0'), 15, 1), '[A-Z]') then 16 else 0 end, 1)
        when lower(trim(records.customer_account_id, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then trim(records.customer_account_id, ' \t\n\r\u00a0')
    end as account_id,
        records.customer_account_name as account_name,
        records.company_id,
        records.assigned_to_id,
        records.assignment_group,
        records.configuration_item_id,
        records.short_description,
        records.state,
        case
        when regexp_like(trim(records.priority, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.priority, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'critical' then 1
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'moderate' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'medium' then 3
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'low' then 4
        when lower(trim(records.priority, ' \t\n\r\u00a0')) = 'planning' then 5
    end as priority,
        case
        when regexp_like(trim(records.impact, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.impact, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.impact, ' \t\n\r\u00a0')) = 'low' then 3
    end as impact,
        case
        when regexp_like(trim(records.urgency, ' \t\n\r\u00a0'), '[1-5]( *-.*)?')
            then cast(left(trim(records.urgency, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'high' then 1
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'medium' then 2
        when lower(trim(records.urgency, ' \t\n\r\u00a0')) = 'low' then 3
    end as urgency,
        case
        when regexp_like(trim(records.escalation, ' \t\n\r\u00a0'), '[0-3]( *-.*)?')
            then cast(left(trim(records.escalation, ' \t\n\r\u00a0'), 1) as integer)
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'normal' then 0
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'moderate' then 1
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'high' then 2
        when lower(trim(records.escalation, ' \t\n\r\u00a0')) = 'overdue' then 3
    end as escalation,
        case when regexp_like(trim(records.assignment_group_changed, ' \t\n\r\u00a0'), '[0-9]+') then try_cast(trim(records.assignment_group_changed, ' \t\n\r\u00a0') as integer) end as assignment_group_changed,
        case
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_active,
        case
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.made_sla, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as made_sla,
        case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as opened_at,
        case
        when not coalesce(case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end < case
        when regexp_like(trim(records.opened_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.opened_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.opened_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end, false)
            then case
        when regexp_like(trim(records.closed_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.closed_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.closed_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end
    end as closed_at,
        case
        when regexp_like(trim(records.sla_due_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.sla_due_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.sla_due_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as sla_due_at,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_servicenow_users
create or replace transient table <database>.staging.staging_servicenow_users
    as (with records as (
    select
        id,
        created_at,
        updated_at,
        user_name,
        name,
        first_name,
        last_name,
        email,
        title,
        company_id,
        is_active,
        is_vip,
        loaded_at
    from (
        select
        id,
        case when trim(cast(document:"sys_created_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_created_on" as varchar) end as created_at,
        case when trim(cast(document:"sys_updated_on" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"sys_updated_on" as varchar) end as updated_at,
        case when trim(cast(document:"user_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_name" as varchar) end as user_name,
        case when trim(cast(document:"name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"name" as varchar) end as name,
        case when trim(cast(document:"first_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"first_name" as varchar) end as first_name,
        case when trim(cast(document:"last_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"last_name" as varchar) end as last_name,
        case when trim(cast(document:"email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"email" as varchar) end as email,
        case when trim(cast(document:"title" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"title" as varchar) end as title,
        case when trim(cast(document:"company" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"company" as varchar) end as company_id,
        case when trim(cast(document:"active" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"active" as varchar) end as is_active,
        case when trim(cast(document:"vip" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"vip" as varchar) end as is_vip,
        loaded_at
    from <database>.raw.servicenow_sys_user
    where deleted_at is null
    ) as documents
),
final as (
    select
        records.id,
        records.user_name,
        records.name,
        records.first_name,
        records.last_name,
        records.email,
        case
        when lower(trim(records.email, ' \t\n\r\u00a0')) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(records.email, ' \t\n\r\u00a0'))
    end as email_key,
        records.title,
        records.company_id,
        case
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_active, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_active,
        case
        when lower(trim(records.is_vip, ' \t\n\r\u00a0')) in ('true', '1', 'yes') then true
        when lower(trim(records.is_vip, ' \t\n\r\u00a0')) in ('false', '0', 'no') then false
    end as is_vip,
        case
        when regexp_like(trim(records.created_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.created_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' \t\n\r\u00a0'), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_ntz)
        when trim(records.updated_at, ' \t\n\r\u00a0') like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' \t\n\r\u00a0') as timestamp_tz)) as timestamp_ntz)
    end as updated_at,
        records.loaded_at
    from records
)
select * from final
    )
;

-- model.revops_pipeline.staging_team_membership
create or replace transient table <database>.staging.staging_team_membership
    as (with documents as (
    select
        id,
        case when trim(cast(document:"user_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"team_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"team_id" as varchar) end as team_id,
        loaded_at
    from <database>.raw.product_team_membership
    where deleted_at is null
),
-- The product's table need not have a key: the same pair twice is one membership.
final as (
    select
        user_id,
        team_id,
        max(loaded_at) as loaded_at
    from documents
    where user_id is not null and team_id is not null
    group by user_id, team_id
)
select * from final
    )
;

-- model.revops_pipeline.staging_teams
create or replace transient table <database>.staging.staging_teams
    as (with documents as (
    select
        id,
        case when trim(cast(document:"team_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"team_id" as varchar) end as team_id,
        case when trim(cast(document:"team_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"team_name" as varchar) end as team_name,
        loaded_at
    from <database>.raw.product_teams
    where deleted_at is null
),
final as (
    select
        coalesce(team_id, id) as team_id,
        team_name,
        loaded_at
    from documents
)
select * from final
    )
;

-- model.revops_pipeline.staging_transactions
create or replace transient table <database>.staging.staging_transactions
    as (with documents as (
    select
        id,
        case when trim(cast(document:"user_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"amount" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"amount" as varchar) end as amount,
        loaded_at
    from <database>.raw.product_transactions
    where deleted_at is null
),
final as (
    select
        id as transaction_id,
        user_id,
        case
        when regexp_like(trim(amount, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' \t\n\r\u00a0') as decimal(18, 2))
    end as amount,
        loaded_at
    from documents
)
select * from final
    )
;

-- model.revops_pipeline.staging_users
create or replace transient table <database>.staging.staging_users
    as (with documents as (
    select
        id,
        case when trim(cast(document:"user_id" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"user_name" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"user_name" as varchar) end as user_name,
        case when trim(cast(document:"email" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"email" as varchar) end as email,
        case when trim(cast(document:"client_lifetime_spend" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"client_lifetime_spend" as varchar) end as client_lifetime_spend,
        loaded_at
    from <database>.raw.product_users
    where deleted_at is null
),
spend_columns as (
    select
        id,
        get(document, 'client_lifetime_spend') is not null as has_lifetime_spend_column
    from <database>.raw.product_users
    where deleted_at is null
),
final as (
    select
        coalesce(documents.user_id, documents.id) as user_id,
        documents.user_name,
        documents.email,
        case
        when lower(trim(documents.email, ' \t\n\r\u00a0')) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(documents.email, ' \t\n\r\u00a0'))
    end as email_key,
        case
        when regexp_like(trim(documents.client_lifetime_spend, ' \t\n\r\u00a0'), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(documents.client_lifetime_spend, ' \t\n\r\u00a0') as decimal(18, 2))
    end as client_lifetime_spend,
        spend_columns.has_lifetime_spend_column,
        documents.loaded_at
    from documents
    inner join spend_columns on documents.id = spend_columns.id
)
select * from final
    )
;

-- model.revops_pipeline.team_performance
create or replace   view <database>.marts.team_performance
  as (
    with teams as (
    select * from <database>.staging.staging_teams
),
spending as (
    select
        team_id,
        count(*) as companies,
        sum(total_team_spend) as total_team_spend,
        sum(won_team_spend) as won_team_spend,
        sum(open_pipeline) as open_pipeline
    from <database>.marts.team_spending
    group by team_id
),
members as (
    select
        memberships.team_id,
        count(*) as members
    from <database>.staging.staging_team_membership as memberships
    inner join <database>.staging.staging_users as known_users
        on memberships.user_id = known_users.user_id
    group by memberships.team_id
),
summed as (
    select
        teams.team_id,
        coalesce(teams.team_name, 'Unknown') as team_name,
        coalesce(spending.companies, 0) as companies,
        coalesce(members.members, 0) as members,
        cast(coalesce(spending.total_team_spend, 0) as decimal(38, 2)) as total_team_spend,
        cast(coalesce(spending.won_team_spend, 0) as decimal(38, 2)) as won_team_spend,
        cast(coalesce(spending.open_pipeline, 0) as decimal(38, 2)) as open_pipeline
    from teams
    left join spending on teams.team_id = spending.team_id
    left join members on teams.team_id = members.team_id
),
final as (
    select
        *,
        rank() over (order by total_team_spend desc) as spend_rank
    from summed
)
select * from final
  )
;

-- model.revops_pipeline.team_spending
create or replace transient table <database>.marts.team_spending
    as (with shares as (
    select * from <database>.marts.company_team_shares
),
company_deals as (
    select * from <database>.marts.company_deals
),
companies as (
    select * from <database>.staging.staging_companies
),
teams as (
    select * from <database>.staging.staging_teams
),
totals as (
    select
        company_id,
        sum(case when true then allocated_amount end) as total_team_spend,
        sum(case when is_won then allocated_amount end) as won_team_spend,
        sum(case when not is_closed then allocated_amount end) as open_pipeline
    from company_deals
    group by company_id
),
final as (
    select
        shares.company_id,
        coalesce(companies.name, 'Unknown') as company_name,
        shares.team_id,
        coalesce(teams.team_name, 'Unknown') as team_name,
        cast(
        (
            cast(
        cast(cast(cast(coalesce(totals.total_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_after - mod(cast(cast(coalesce(totals.total_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_after, cast(shares.weight_total as decimal(9, 0))) as decimal(38, 0)) / cast(shares.weight_total as decimal(9, 0))
        as decimal(34, 0)
    )
            - cast(
        cast(cast(cast(coalesce(totals.total_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_before - mod(cast(cast(coalesce(totals.total_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_before, cast(shares.weight_total as decimal(9, 0))) as decimal(38, 0)) / cast(shares.weight_total as decimal(9, 0))
        as decimal(34, 0)
    )
        ) * cast(0.01 as decimal(3, 2)) as decimal(38, 2)
    ) as total_team_spend,
        cast(
        (
            cast(
        cast(cast(cast(coalesce(totals.won_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_after - mod(cast(cast(coalesce(totals.won_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_after, cast(shares.weight_total as decimal(9, 0))) as decimal(38, 0)) / cast(shares.weight_total as decimal(9, 0))
        as decimal(34, 0)
    )
            - cast(
        cast(cast(cast(coalesce(totals.won_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_before - mod(cast(cast(coalesce(totals.won_team_spend, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_before, cast(shares.weight_total as decimal(9, 0))) as decimal(38, 0)) / cast(shares.weight_total as decimal(9, 0))
        as decimal(34, 0)
    )
        ) * cast(0.01 as decimal(3, 2)) as decimal(38, 2)
    ) as won_team_spend,
        cast(
        (
            cast(
        cast(cast(cast(coalesce(totals.open_pipeline, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_after - mod(cast(cast(coalesce(totals.open_pipeline, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_after, cast(shares.weight_total as decimal(9, 0))) as decimal(38, 0)) / cast(shares.weight_total as decimal(9, 0))
        as decimal(34, 0)
    )
            - cast(
        cast(cast(cast(coalesce(totals.open_pipeline, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_before - mod(cast(cast(coalesce(totals.open_pipeline, 0) as decimal(38, 2)) * 100 as decimal(28, 0)) * shares.weight_before, cast(shares.weight_total as decimal(9, 0))) as decimal(38, 0)) / cast(shares.weight_total as decimal(9, 0))
        as decimal(34, 0)
    )
        ) * cast(0.01 as decimal(3, 2)) as decimal(38, 2)
    ) as open_pipeline
    from shares
    inner join companies on shares.company_id = companies.id
    inner join teams on shares.team_id = teams.team_id
    left join totals on shares.company_id = totals.company_id
)
select * from final
    )
;

-- model.revops_pipeline.ticket_accounts
create or replace transient table <database>.marts.ticket_accounts
    as (-- A further system with tickets needs one more branch of `tickets`.
with tickets as (
    select
        'servicenow' as system,
        id as ticket_id,
        coalesce(account_id, case when lower(trim(account_name, ' \t\n\r\u00a0')) not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then 'name:' || lower(trim(account_name, ' \t\n\r\u00a0')) end) as source_account_id,
        account_name as source_account_name
    from <database>.staging.staging_servicenow_incidents
    union all
    select
        'salesforce' as system,
        id as ticket_id,
        account_id as source_account_id,
        cast(null as varchar) as source_account_name
    from <database>.staging.staging_salesforce_cases
),
crosswalk as (
    select
        system,
        source_id,
        account_key,
        method
    from <database>.marts.account_source_ids
),
final as (
    select
        tickets.system,
        tickets.ticket_id,
        crosswalk.account_key,
        coalesce(crosswalk.method, 'none') as method,
        tickets.source_account_id,
        tickets.source_account_name
    from tickets
    left join crosswalk
        on tickets.system = crosswalk.system and tickets.source_account_id = crosswalk.source_id
)
select * from final
    )
;

-- model.revops_pipeline.unlinked_company_spend
create or replace transient table <database>.marts.unlinked_company_spend
    as (with company_deals as (
    select * from <database>.marts.company_deals
),
linked as (
    select distinct company_id from <database>.marts.company_team_shares
),
final as (
    select
        company_deals.company_id,
        max(company_deals.company_name) as company_name,
        coalesce(
            sum(
                case
                    when true then company_deals.allocated_amount
                end
            ),
            0
        ) as total_spend
    from company_deals
    left join linked on company_deals.company_id = linked.company_id
    where linked.company_id is null
    group by company_deals.company_id
)
select * from final
    )
;

-- model.revops_pipeline.unmatched_tickets
create or replace   view <database>.marts.unmatched_tickets
  as (
    with tickets as (
    select * from <database>.marts.ticket_accounts
),
crosswalk as (
    select
        system,
        source_id
    from <database>.marts.account_source_ids
),
final as (
    select
        tickets.system,
        tickets.ticket_id,
        tickets.source_account_id,
        tickets.source_account_name,
        case
            when tickets.source_account_id is null then 'names no account'
            when crosswalk.source_id is null then 'names a record that is not there'
            else 'names a record without an account'
        end as reason
    from tickets
    left join crosswalk
        on tickets.system = crosswalk.system and tickets.source_account_id = crosswalk.source_id
    where tickets.account_key is null
)
select * from final
  )
;

-- seed.revops_pipeline.account_link_override_seed
create transient table <database>.staging.account_link_override_seed (left_system varchar,left_id varchar,right_system varchar,right_id varchar,decision varchar,author varchar,reason varchar,decided_at timestamp_ntz)
;

-- seed.revops_pipeline.account_source_map_seed
create transient table <database>.staging.account_source_map_seed (system varchar,kind varchar,source_id varchar,name varchar,domain varchar,account_system varchar,account_source_id varchar)
;

-- test.revops_pipeline.a_contacts_company_is_live.89c555e678
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'company_id' as reference,
    child.company_id as missing_id
from <database>.staging.staging_contacts as child
left join <database>.staging.staging_companies as parent on child.company_id = parent.id
where child.company_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.a_deals_company_is_live.59245610f2
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'company_id' as reference,
    child.company_id as missing_id
from <database>.staging.staging_deals as child
left join <database>.staging.staging_companies as parent on child.company_id = parent.id
where child.company_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.a_merged_record_has_one_survivor.7dfe74e909
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.hubspot_merged_ids
    group by object_type, old_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.hubspot_merged_ids
    where object_type is null or old_id is null or lower(trim(object_type)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(old_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.a_value_of_salesforce_is_rejected_once.e889c3a64f
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.salesforce_rejected_records
    group by stream, id, "column"
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.salesforce_rejected_records
    where stream is null or id is null or "column" is null or lower(trim(stream)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim("column")) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.account_parties_has_one_row_per_record.927c7a0fe4
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.account_parties
    group by system, source_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.account_parties
    where system is null or source_id is null or lower(trim(system)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(source_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.account_source_map_has_one_row_per_record.698ad1b801
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.account_source_map_seed
    group by system, kind, source_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.account_source_map_seed
    where system is null or source_id is null or lower(trim(system)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(kind)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(source_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.company_deals_add_up_to_the_deals
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with deals as (
    select
        id,
        coalesce(amount, 0) as amount
    from <database>.staging.staging_deals
),
allocated as (
    select
        deal_id,
        sum(coalesce(allocated_amount, 0)) as amount,
        count(*) as companies
    from <database>.marts.company_deals
    group by deal_id
    union all
    select
        deal_id,
        coalesce(amount, 0) as amount,
        1 as companies
    from <database>.marts.deals_without_company
)
select
    deals.id,
    deals.amount,
    allocated.amount as allocated_amount
from deals
full outer join allocated on deals.id = allocated.deal_id
where
    deals.id is null
    or allocated.deal_id is null
    or deals.amount <> allocated.amount
    ) dbt_internal_test
;

-- test.revops_pipeline.company_deals_has_one_row_per_deal_and_company.2e619bfd45
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.company_deals
    group by deal_id, company_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.company_deals
    where deal_id is null or company_id is null or lower(trim(deal_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.company_deals_joins_live_records.8ed07adf97
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'deal_id' as reference,
    child.deal_id as missing_id
from <database>.marts.company_deals as child
left join <database>.staging.staging_deals as parent on child.deal_id = parent.id
where child.deal_id is not null and parent.id is null
union all
select
    'company_id' as reference,
    child.company_id as missing_id
from <database>.marts.company_deals as child
left join <database>.staging.staging_companies as parent on child.company_id = parent.id
where child.company_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.company_team_shares_has_one_row_per_company_and_team.be12070949
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.company_team_shares
    group by company_id, team_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.company_team_shares
    where company_id is null or team_id is null or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(team_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.contact_companies_join_live_records.af7fbca727
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'contact_id' as reference,
    child.contact_id as missing_id
from <database>.staging.staging_contact_companies as child
left join <database>.staging.staging_contacts as parent on child.contact_id = parent.id
where child.contact_id is not null and parent.id is null
union all
select
    'company_id' as reference,
    child.company_id as missing_id
from <database>.staging.staging_contact_companies as child
left join <database>.staging.staging_companies as parent on child.company_id = parent.id
where child.company_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.contacts_to_users_has_one_row_per_contact.add73aac09
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.contacts_to_users
    group by contact_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.contacts_to_users
    where contact_id is null or lower(trim(contact_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(user_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.contacts_to_users_joins_live_records.4b94ddd347
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'contact_id' as reference,
    child.contact_id as missing_id
from <database>.marts.contacts_to_users as child
left join <database>.staging.staging_contacts as parent on child.contact_id = parent.id
where child.contact_id is not null and parent.id is null
union all
select
    'user_id' as reference,
    child.user_id as missing_id
from <database>.marts.contacts_to_users as child
left join <database>.staging.staging_users as parent on child.user_id = parent.user_id
where child.user_id is not null and parent.user_id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.deal_companies_join_live_records.998ca03552
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'deal_id' as reference,
    child.deal_id as missing_id
from <database>.staging.staging_deal_companies as child
left join <database>.staging.staging_deals as parent on child.deal_id = parent.id
where child.deal_id is not null and parent.id is null
union all
select
    'company_id' as reference,
    child.company_id as missing_id
from <database>.staging.staging_deal_companies as child
left join <database>.staging.staging_companies as parent on child.company_id = parent.id
where child.company_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.deal_contacts_join_live_records.6051e0cd1b
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'deal_id' as reference,
    child.deal_id as missing_id
from <database>.staging.staging_deal_contacts as child
left join <database>.staging.staging_deals as parent on child.deal_id = parent.id
where child.deal_id is not null and parent.id is null
union all
select
    'contact_id' as reference,
    child.contact_id as missing_id
from <database>.staging.staging_deal_contacts as child
left join <database>.staging.staging_contacts as parent on child.contact_id = parent.id
where child.contact_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.deal_conversion_counts_each_deal_once
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with staged as (
    select
        count(*) as deals,
        coalesce(sum(amount), 0) as amount
    from <database>.staging.staging_deals
),
listed as (
    select
        coalesce(sum(deals), 0) as deals,
        coalesce(sum(won_deals + lost_deals + open_deals), 0) as outcomes,
        coalesce(sum(amount), 0) as amount
    from <database>.marts.deal_conversion
)
select staged.deals
from staged
cross join listed
where staged.deals <> listed.deals or staged.deals <> listed.outcomes or staged.amount <> listed.amount
    ) dbt_internal_test
;

-- test.revops_pipeline.deal_conversion_has_one_row_per_pipeline_and_stage.f9bf858463
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.deal_conversion
    group by pipeline_id, stage_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.deal_conversion
    where lower(trim(pipeline_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(stage_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.deals_without_company_has_one_row_per_deal.2369d4a3aa
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.deals_without_company
    group by deal_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.deals_without_company
    where deal_id is null or lower(trim(deal_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.each_deal_with_companies_has_one_primary
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select edges.deal_id
from <database>.staging.staging_deal_companies as edges
inner join <database>.staging.staging_deals as deals on edges.deal_id = deals.id
group by edges.deal_id, deals.company_id
having
    sum(case when edges.is_primary then 1 else 0 end) <> 1
    or max(case when edges.is_primary then edges.company_id end) <> deals.company_id
    or deals.company_id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.every_contact_is_in_contacts_to_users
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select contacts.id
from <database>.staging.staging_contacts as contacts
left join <database>.marts.contacts_to_users as listed on contacts.id = listed.contact_id
where listed.contact_id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.every_live_company_is_staged.158c440260
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with raw_records as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as archived,
        loaded_at
    from <database>.raw.hubspot_companies
    where deleted_at is null
),
expected as (
    select raw_records.id
    from raw_records
    left join <database>.staging.hubspot_merged_ids as merged
        on raw_records.id = merged.old_id and merged.object_type = 'companies'
    where merged.old_id is null and coalesce(raw_records.archived, 'false') <> 'true'
)
select coalesce(expected.id, actual.id) as id
from expected
full outer join <database>.staging.staging_companies as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.every_live_contact_is_staged.a360734a9c
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with raw_records as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as archived,
        loaded_at
    from <database>.raw.hubspot_contacts
    where deleted_at is null
),
expected as (
    select raw_records.id
    from raw_records
    left join <database>.staging.hubspot_merged_ids as merged
        on raw_records.id = merged.old_id and merged.object_type = 'contacts'
    where merged.old_id is null and coalesce(raw_records.archived, 'false') <> 'true'
)
select coalesce(expected.id, actual.id) as id
from expected
full outer join <database>.staging.staging_contacts as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.every_live_deal_is_staged.c486f7968d
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with raw_records as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' \t\n\r\u00a0') <> '' then cast(document:"archived" as varchar) end as archived,
        loaded_at
    from <database>.raw.hubspot_deals
    where deleted_at is null
),
expected as (
    select raw_records.id
    from raw_records
    left join <database>.staging.hubspot_merged_ids as merged
        on raw_records.id = merged.old_id and merged.object_type = 'deals'
    where merged.old_id is null and coalesce(raw_records.archived, 'false') <> 'true'
)
select coalesce(expected.id, actual.id) as id
from expected
full outer join <database>.staging.staging_deals as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.every_review_with_an_id_is_staged
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with live as (
    select count(*) as records
    from <database>.raw.qbr_records
    where deleted_at is null
),
staged as (
    select count(*) as records from <database>.staging.qbr_records
),
rejected as (
    select count(*) as records
    from <database>.staging.qbr_rejected_records
    where "COLUMN" = 'record_id'
)
select live.records
from live
cross join staged
cross join rejected
where live.records <> staged.records + rejected.records
    ) dbt_internal_test
;

-- test.revops_pipeline.every_ticket_is_in_ticket_accounts
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with tickets as (
    select
        'servicenow' as system,
        id
    from <database>.staging.staging_servicenow_incidents
    union all
    select
        'salesforce' as system,
        id
    from <database>.staging.staging_salesforce_cases
),
listed as (
    select * from <database>.marts.ticket_accounts
),
unmatched as (
    select * from <database>.marts.unmatched_tickets
)
select coalesce(tickets.id, listed.ticket_id, unmatched.ticket_id) as ticket_id
from tickets
full outer join listed on tickets.system = listed.system and tickets.id = listed.ticket_id
full outer join unmatched on listed.system = unmatched.system and listed.ticket_id = unmatched.ticket_id
where
    tickets.id is null
    or listed.ticket_id is null
    or (listed.account_key is null) <> (unmatched.ticket_id is not null)
    ) dbt_internal_test
;

-- test.revops_pipeline.every_value_could_be_typed
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    source,
    stream,
    id,
    "COLUMN"
from <database>.ops.rejected_records
    ) dbt_internal_test
;

-- test.revops_pipeline.lifetime_spend_comes_from_a_known_source.483e9edcdc
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with all_values as (
    select
        lifetime_spend_source as value_field,
        count(*) as n_records
    from <database>.marts.contacts_to_users
    group by lifetime_spend_source
)
select *
from all_values
where value_field not in (
    'users_column','transactions','deals'
)
    ) dbt_internal_test
;

-- test.revops_pipeline.memberships_join_known_users_and_teams.6a98264332
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'user_id' as reference,
    child.user_id as missing_id
from <database>.staging.staging_team_membership as child
left join <database>.staging.staging_users as parent on child.user_id = parent.user_id
where child.user_id is not null and parent.user_id is null
union all
select
    'team_id' as reference,
    child.team_id as missing_id
from <database>.staging.staging_team_membership as child
left join <database>.staging.staging_teams as parent on child.team_id = parent.team_id
where child.team_id is not null and parent.team_id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.overrides_decide_link_or_no_link.3e530d9299
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with all_values as (
    select
        decision as value_field,
        count(*) as n_records
    from <database>.staging.account_link_override_seed
    group by decision
)
select *
from all_values
where value_field not in (
    'link','no_link'
)
    ) dbt_internal_test
;

-- test.revops_pipeline.qbr_companies_has_one_row_per_company.1dd3c3729a
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.qbr_companies
    group by company_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.qbr_companies
    where company_id is null or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.qbr_companies_of_one_name_have_one_id
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with named as (
    select
        company_id,
        lower(trim(company_name, ' \t\n\r\u00a0')) as name_key
    from <database>.staging.qbr_companies
)
select
    name_key,
    count(*) as company_ids
from named
where name_key not in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
group by name_key
having count(*) > 1
    ) dbt_internal_test
;

-- test.revops_pipeline.qbr_fields_has_one_row_per_field.cf8a87af77
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.qbr_fields
    group by field
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.qbr_fields
    where field is null or lower(trim(field)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.qbr_records_has_one_row_per_review.414da597c5
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.qbr_records
    group by record_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.qbr_records
    where record_id is null or lower(trim(record_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.qbr_sends_the_fields_it_is_known_for
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    field,
    treatment,
    records
from <database>.staging.qbr_fields
where
    treatment = 'new'
    or (treatment = 'typed' and records = 0 and exists (select 1 from <database>.staging.qbr_records))
    ) dbt_internal_test
;

-- test.revops_pipeline.servicenow_rejected_records_has_one_row_per_value.5e989e28b8
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.servicenow_rejected_records
    group by stream, id, "COLUMN"
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.servicenow_rejected_records
    where stream is null or id is null or "COLUMN" is null or lower(trim(stream)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim("COLUMN")) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_companies_has_one_row_per_company.e4b6c07097
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_companies
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_companies
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_contact_companies_has_one_row_per_pair.7e09cdbf8c
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_contact_companies
    group by contact_id, company_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_contact_companies
    where contact_id is null or company_id is null or lower(trim(contact_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_contacts_has_one_row_per_contact.8738f53d71
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_contacts
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_contacts
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(email_key)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_deal_companies_has_one_row_per_pair.fbece03a38
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_deal_companies
    group by deal_id, company_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_deal_companies
    where deal_id is null or company_id is null or lower(trim(deal_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_deal_contacts_has_one_row_per_pair.8975561c00
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_deal_contacts
    group by deal_id, contact_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_deal_contacts
    where deal_id is null or contact_id is null or lower(trim(deal_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(contact_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_deals_has_one_row_per_deal.3a11c169cc
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_deals
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_deals
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_owners_has_one_row_per_owner.518c39292e
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_owners
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_owners
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(email_key)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_pipeline_stages_has_one_row_per_stage.2c5520073b
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_pipeline_stages
    group by pipeline_id, stage_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_pipeline_stages
    where pipeline_id is null or stage_id is null or lower(trim(pipeline_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(stage_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_accounts_has_one_row_per_account.cc79be5090
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_accounts
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_accounts
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_accounts_holds_every_live_record.1f1edf4006
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_accounts where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_accounts as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_cases_has_one_row_per_case.a46c1cb153
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_cases
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_cases
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_cases_holds_every_live_record.a778c340df
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_cases where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_cases as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_cases_name_known_accounts.07b9c364df
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_id' as reference,
    child.account_id as missing_id
from <database>.staging.staging_salesforce_cases as child
left join <database>.staging.staging_salesforce_accounts as parent on child.account_id = parent.id
where child.account_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_churn_signals_has_one_row_per_signal.fd730ddc4d
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_churn_signals
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_churn_signals
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_churn_signals_holds_every_live_record.e2e74173d0
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_churn_signals where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_churn_signals as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_churn_signals_name_known_accounts.13f634a1fb
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_id' as reference,
    child.account_id as missing_id
from <database>.staging.staging_salesforce_churn_signals as child
left join <database>.staging.staging_salesforce_accounts as parent on child.account_id = parent.id
where child.account_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_contacts_has_one_row_per_contact.e416e05842
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_contacts
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_contacts
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(email_key)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_contacts_holds_every_live_record.ac7db3d9d9
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_contacts where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_contacts as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_contacts_name_known_accounts.5805b8c09d
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_id' as reference,
    child.account_id as missing_id
from <database>.staging.staging_salesforce_contacts as child
left join <database>.staging.staging_salesforce_accounts as parent on child.account_id = parent.id
where child.account_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_contracts_has_one_row_per_contract.69c62cdd40
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_contracts
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_contracts
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_contracts_holds_every_live_record.e1d08541d9
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_contracts where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_contracts as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_contracts_name_known_accounts.104cbeab4f
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_id' as reference,
    child.account_id as missing_id
from <database>.staging.staging_salesforce_contracts as child
left join <database>.staging.staging_salesforce_accounts as parent on child.account_id = parent.id
where child.account_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_opportunities_has_one_row_per_opportunity.4e740ee6c4
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_opportunities
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_opportunities
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_opportunities_holds_every_live_record.268d731138
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_opportunities where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_opportunities as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_opportunities_name_known_accounts.8241b2162e
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_id' as reference,
    child.account_id as missing_id
from <database>.staging.staging_salesforce_opportunities as child
left join <database>.staging.staging_salesforce_accounts as parent on child.account_id = parent.id
where child.account_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_tasks_has_one_row_per_task.a054f09cb6
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_tasks
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_tasks
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_tasks_holds_every_live_record.8f99763c2c
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_tasks where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_tasks as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_tasks_name_known_accounts.08f3e900c1
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_id' as reference,
    child.account_id as missing_id
from <database>.staging.staging_salesforce_tasks as child
left join <database>.staging.staging_salesforce_accounts as parent on child.account_id = parent.id
where child.account_id is not null and parent.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_users_has_one_row_per_user.b480eff726
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_salesforce_users
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_salesforce_users
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(email_key)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_salesforce_users_holds_every_live_record.a9ec29f246
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.salesforce_users where deleted_at is null
) as expected
full outer join <database>.staging.staging_salesforce_users as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_accounts_has_one_row_per_account.956ebe6bc8
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_accounts
    group by source_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_accounts
    where source_id is null or lower(trim(source_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(account_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_changes_has_one_row_per_change.91cb046ed9
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_changes
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_changes
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_changes_holds_every_live_record.5a3881ca0e
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.servicenow_change_request where deleted_at is null
) as expected
full outer join <database>.staging.staging_servicenow_changes as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_configuration_items_has_one_row_per_configuration_item.c995f86f48
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_configuration_items
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_configuration_items
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_configuration_items_holds_every_live_record.76152552ac
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.servicenow_cmdb_ci where deleted_at is null
) as expected
full outer join <database>.staging.staging_servicenow_configuration_items as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_incidents_has_one_row_per_incident.58b020d0ee
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_incidents
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_incidents
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_incidents_holds_every_live_record.cb90980ac3
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.servicenow_incident where deleted_at is null
) as expected
full outer join <database>.staging.staging_servicenow_incidents as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_problems_has_one_row_per_problem.720b3e5391
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_problems
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_problems
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_problems_holds_every_live_record.8d9c1ee17e
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.servicenow_problem where deleted_at is null
) as expected
full outer join <database>.staging.staging_servicenow_problems as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_tasks_has_one_row_per_task.b3fe190abc
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_tasks
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_tasks
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_tasks_holds_every_live_record.12e2fc30ec
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.servicenow_task where deleted_at is null
) as expected
full outer join <database>.staging.staging_servicenow_tasks as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_users_has_one_row_per_user.232eb2d19c
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_servicenow_users
    group by id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_servicenow_users
    where id is null or lower(trim(id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(email_key)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_servicenow_users_holds_every_live_record.8cd8fd7ed1
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select coalesce(expected.id, actual.id) as id
from (
    select id from <database>.raw.servicenow_sys_user where deleted_at is null
) as expected
full outer join <database>.staging.staging_servicenow_users as actual on expected.id = actual.id
where expected.id is null or actual.id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_team_membership_has_one_row_per_membership.c5b6951c13
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_team_membership
    group by user_id, team_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_team_membership
    where user_id is null or team_id is null or lower(trim(user_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(team_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_teams_has_one_row_per_team.bc3cc38abc
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_teams
    group by team_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_teams
    where team_id is null or lower(trim(team_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_transactions_has_one_row_per_transaction.a493fbe1cd
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_transactions
    group by transaction_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_transactions
    where transaction_id is null or lower(trim(transaction_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(user_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.staging_users_has_one_row_per_user.2b7efe09d5
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.staging.staging_users
    group by user_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.staging.staging_users
    where user_id is null or lower(trim(user_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(email_key)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.team_performance_adds_up_to_team_spending
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with spending as (
    select
        coalesce(sum(total_team_spend), 0) as total,
        coalesce(sum(won_team_spend), 0) as won,
        coalesce(sum(open_pipeline), 0) as still_open
    from <database>.marts.team_spending
),
performance as (
    select
        coalesce(sum(total_team_spend), 0) as total,
        coalesce(sum(won_team_spend), 0) as won,
        coalesce(sum(open_pipeline), 0) as still_open
    from <database>.marts.team_performance
)
select spending.total
from spending
cross join performance
where
    spending.total <> performance.total
    or spending.won <> performance.won
    or spending.still_open <> performance.still_open
    ) dbt_internal_test
;

-- test.revops_pipeline.team_performance_has_one_row_per_team.ce8b52d12d
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.team_performance
    group by team_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.team_performance
    where team_id is null or lower(trim(team_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.team_spending_counts_each_deal_once
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
with counted as (
    select
        company_id,
        sum(total_team_spend) as spend
    from <database>.marts.team_spending
    group by company_id
    union all
    select
        company_id,
        total_spend as spend
    from <database>.marts.unlinked_company_spend
),
counted_once as (
    select
        company_id,
        sum(spend) as spend,
        count(*) as places
    from counted
    group by company_id
),
expected as (
    select
        company_id,
        sum(case when true then coalesce(allocated_amount, 0) else 0 end) as spend
    from <database>.marts.company_deals
    group by company_id
)
select
    coalesce(expected.company_id, counted_once.company_id) as company_id,
    expected.spend as expected_spend,
    counted_once.spend
from expected
full outer join counted_once on expected.company_id = counted_once.company_id
where
    coalesce(expected.spend, 0) <> coalesce(counted_once.spend, 0)
    or (expected.company_id is not null and counted_once.company_id is null)
    or counted_once.places > 1
    ) dbt_internal_test
;

-- test.revops_pipeline.team_spending_has_one_row_per_company_and_team.098e314c06
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.team_spending
    group by company_id, team_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.team_spending
    where company_id is null or team_id is null or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(team_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.team_spending_joins_live_records.19c3f0631f
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'company_id' as reference,
    child.company_id as missing_id
from <database>.marts.team_spending as child
left join <database>.staging.staging_companies as parent on child.company_id = parent.id
where child.company_id is not null and parent.id is null
union all
select
    'team_id' as reference,
    child.team_id as missing_id
from <database>.marts.team_spending as child
left join <database>.staging.staging_teams as parent on child.team_id = parent.team_id
where child.team_id is not null and parent.team_id is null
    ) dbt_internal_test
;

-- test.revops_pipeline.ticket_accounts_has_one_row_per_ticket.cc16a65059
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.ticket_accounts
    group by system, ticket_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.ticket_accounts
    where system is null or ticket_id is null or lower(trim(system)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(ticket_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.ticket_accounts_names_known_accounts.7b3bb19ead
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
select
    'account_key' as reference,
    child.account_key as missing_id
from <database>.marts.ticket_accounts as child
left join <database>.marts.dim_account as parent on child.account_key = parent.account_key
where child.account_key is not null and parent.account_key is null
    ) dbt_internal_test
;

-- test.revops_pipeline.unlinked_company_spend_has_one_row_per_company.083f2e25be
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.unlinked_company_spend
    group by company_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.unlinked_company_spend
    where company_id is null or lower(trim(company_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- test.revops_pipeline.unmatched_tickets_has_one_row_per_ticket.fb7c27688c
select
      count(*) as failures,
      count(*) != 0 as should_warn,
      count(*) != 0 as should_error
    from (
  with duplicated as (
    select 'duplicate' as problem
    from <database>.marts.unmatched_tickets
    group by system, ticket_id
    having count(*) > 1
),
unusable as (
    select 'missing or placeholder' as problem
    from <database>.marts.unmatched_tickets
    where system is null or ticket_id is null or lower(trim(system)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') or lower(trim(ticket_id)) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null')
)
select * from duplicated
union all
select * from unusable
    ) dbt_internal_test
;

-- the loader
begin
;

-- the loader
commit
;

-- the loader
copy into ops.arriving ("ACCOUNT_KEY", "ACCOUNT_NAME", "DOMAIN", "NAME_SOURCE", "SALESFORCE_ACCOUNT_ID", "HUBSPOT_COMPANY_ID", "PRODUCT_TEAM_ID", "QBR_COMPANY_ID", "SERVICENOW_ACCOUNT_ID", "CREATED_BY", "SYSTEMS", "RECORDS") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar, $1:c4::varchar, $1:c5::varchar, $1:c6::varchar, $1:c7::varchar, $1:c8::varchar, $1:c9::varchar, $1:c10::integer, $1:c11::integer from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.arriving ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar, $1:c4::varchar, $1:c5::double, $1:c6::double, $1:c7::varchar::timestamp, $1:c8::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.arriving ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "SCORE", "RUNNER_UP_ID", "RUNNER_UP_SCORE", "REASON") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar, $1:c4::double, $1:c5::varchar, $1:c6::double, $1:c7::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.arriving ("SYSTEM", "SOURCE_ID", "ACCOUNT_KEY", "METHOD", "SCORE", "VIA", "EVIDENCE") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar, $1:c4::double, $1:c5::varchar, $1:c6::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.entries (changed_at, run_id, left_system, left_id, right_system, right_id, change, before_method, before_score, after_method, after_score) from (select $1:c0::varchar::timestamp_ntz, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar, $1:c4::varchar, $1:c5::varchar, $1:c6::varchar, $1:c7::varchar, $1:c8::double, $1:c9::varchar, $1:c10::double from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.landing (stream, kind, batch, place, id, document, updated, deleted, content_hash) from (select $1:stream::varchar, $1:kind::varchar, $1:batch::number(9, 0), $1:place::number(18, 0), $1:id::varchar, $1:document::varchar, $1:updated::varchar::timestamp_ntz, $1:deleted::varchar::timestamp_ntz, $1:content_hash::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.leaving ("ACCOUNT_KEY") from (select $1:c0::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.leaving ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.leaving ("SYSTEM", "SOURCE_ID") from (select $1:c0::varchar, $1:c1::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
create or replace temporary table ops.arriving ("ACCOUNT_KEY" varchar, "ACCOUNT_NAME" varchar, "DOMAIN" varchar, "NAME_SOURCE" varchar, "SALESFORCE_ACCOUNT_ID" varchar, "HUBSPOT_COMPANY_ID" varchar, "PRODUCT_TEAM_ID" varchar, "QBR_COMPANY_ID" varchar, "SERVICENOW_ACCOUNT_ID" varchar, "CREATED_BY" varchar, "SYSTEMS" integer, "RECORDS" integer)
;

-- the loader
create or replace temporary table ops.arriving ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar, "METHOD" varchar, "SCORE" double, "MARGIN" double, "DECIDED_AT" timestamp, "EVIDENCE" varchar)
;

-- the loader
create or replace temporary table ops.arriving ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar, "SCORE" double, "RUNNER_UP_ID" varchar, "RUNNER_UP_SCORE" double, "REASON" varchar)
;

-- the loader
create or replace temporary table ops.arriving ("SYSTEM" varchar, "SOURCE_ID" varchar, "ACCOUNT_KEY" varchar, "METHOD" varchar, "SCORE" double, "VIA" varchar, "EVIDENCE" varchar)
;

-- the loader
create or replace temporary table ops.changes (stream varchar, id varchar, document variant, source_updated_at timestamp_ntz, content_hash varchar, deleted_at timestamp_ntz, run_id varchar, loaded_at timestamp_ntz, replaces boolean, gone boolean)
;

-- the loader
create or replace temporary table ops.entries (changed_at timestamp_ntz, run_id varchar, left_system varchar, left_id varchar, right_system varchar, right_id varchar, change varchar, before_method varchar, before_score double, after_method varchar, after_score double)
;

-- the loader
create or replace temporary table ops.landing (stream varchar, kind varchar, batch number(9, 0), place number(18, 0), id varchar, document varchar, updated timestamp_ntz, deleted timestamp_ntz, content_hash varchar)
;

-- the loader
create or replace temporary table ops.leaving ("ACCOUNT_KEY" varchar)
;

-- the loader
create or replace temporary table ops.leaving ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar)
;

-- the loader
create or replace temporary table ops.leaving ("SYSTEM" varchar, "SOURCE_ID" varchar)
;

-- the loader
create schema if not exists marts
;

-- the loader
create schema if not exists raw
;

-- the loader
create schema if not exists staging
;

-- the loader
create stage if not exists ops.landing_files
;

-- the loader
create table if not exists marts.account_links ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar, "METHOD" varchar, "SCORE" double, "MARGIN" double, "DECIDED_AT" timestamp, "EVIDENCE" varchar)
;

-- the loader
create table if not exists marts.account_source_ids ("SYSTEM" varchar, "SOURCE_ID" varchar, "ACCOUNT_KEY" varchar, "METHOD" varchar, "SCORE" double, "VIA" varchar, "EVIDENCE" varchar)
;

-- the loader
create table if not exists marts.dim_account ("ACCOUNT_KEY" varchar, "ACCOUNT_NAME" varchar, "DOMAIN" varchar, "NAME_SOURCE" varchar, "SALESFORCE_ACCOUNT_ID" varchar, "HUBSPOT_COMPANY_ID" varchar, "PRODUCT_TEAM_ID" varchar, "QBR_COMPANY_ID" varchar, "SERVICENOW_ACCOUNT_ID" varchar, "CREATED_BY" varchar, "SYSTEMS" integer, "RECORDS" integer)
;

-- the loader
create table if not exists marts.match_review ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar, "SCORE" double, "RUNNER_UP_ID" varchar, "RUNNER_UP_SCORE" double, "REASON" varchar)
;

-- the loader
create table if not exists ops.build_state (build varchar, fingerprint varchar, run_id varchar, built_at timestamp_ntz)
;

-- the loader
create table if not exists ops.extract_log (run_id varchar, source varchar, stream varchar, finished_at timestamp_ntz, seconds double, windows number(9, 0), pages number(9, 0), rows_reported number(18, 0), rows_read number(18, 0), verified boolean, rows_inserted number(18, 0), rows_updated number(18, 0), rows_deleted number(18, 0), rows_unchanged number(18, 0), error varchar)
;

-- the loader
create table if not exists ops.extract_state (source varchar, stream varchar, identity_key varchar, identity_address varchar, state varchar, change_seq number(18, 0), run_id varchar, updated_at timestamp_ntz)
;

-- the loader
create table if not exists ops.link_changes (changed_at timestamp_ntz, run_id varchar, left_system varchar, left_id varchar, right_system varchar, right_id varchar, change varchar, before_method varchar, before_score double, after_method varchar, after_score double)
;

-- the loader
create table if not exists ops.link_overrides (left_system varchar, left_id varchar, right_system varchar, right_id varchar, decision varchar, author varchar, reason varchar, decided_at timestamp_ntz)
;

-- the loader
create table if not exists ops.rejected_documents (source varchar, stream varchar, id varchar, bytes number(18, 0), reason varchar, run_id varchar, rejected_at timestamp_ntz)
;

-- the loader
create table if not exists ops.writer_lock as select cast(null as varchar) as token, cast(null as varchar) as holder, cast(null as timestamp_ntz) as since, cast(null as timestamp_ntz) as expires_at
;

-- the loader
create table if not exists raw.<stream> (id varchar not null, document variant not null, source_updated_at timestamp_ntz, content_hash varchar not null, deleted_at timestamp_ntz, run_id varchar not null, loaded_at timestamp_ntz not null)
;

-- the loader
create table if not exists raw.<stream>_history (id varchar not null, document variant not null, source_updated_at timestamp_ntz, content_hash varchar not null, deleted_at timestamp_ntz, run_id varchar not null, loaded_at timestamp_ntz not null, valid_from timestamp_ntz, valid_to timestamp_ntz)
;

-- the loader
delete from marts.account_links where ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID") in (select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID" from ops.leaving)
;

-- the loader
delete from marts.account_source_ids where ("SYSTEM", "SOURCE_ID") in (select "SYSTEM", "SOURCE_ID" from ops.leaving)
;

-- the loader
delete from marts.dim_account where ("ACCOUNT_KEY") in (select "ACCOUNT_KEY" from ops.leaving)
;

-- the loader
delete from marts.match_review where ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID") in (select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID" from ops.leaving)
;

-- the loader
delete from ops.rejected_documents where source = ? and (stream, id) in (select l.stream, l.id from ops.landing l where l.kind = 'row')
;

-- the loader
insert into marts.account_links ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE") select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE" from ops.arriving
;

-- the loader
insert into marts.account_source_ids ("SYSTEM", "SOURCE_ID", "ACCOUNT_KEY", "METHOD", "SCORE", "VIA", "EVIDENCE") select "SYSTEM", "SOURCE_ID", "ACCOUNT_KEY", "METHOD", "SCORE", "VIA", "EVIDENCE" from ops.arriving
;

-- the loader
insert into marts.dim_account ("ACCOUNT_KEY", "ACCOUNT_NAME", "DOMAIN", "NAME_SOURCE", "SALESFORCE_ACCOUNT_ID", "HUBSPOT_COMPANY_ID", "PRODUCT_TEAM_ID", "QBR_COMPANY_ID", "SERVICENOW_ACCOUNT_ID", "CREATED_BY", "SYSTEMS", "RECORDS") select "ACCOUNT_KEY", "ACCOUNT_NAME", "DOMAIN", "NAME_SOURCE", "SALESFORCE_ACCOUNT_ID", "HUBSPOT_COMPANY_ID", "PRODUCT_TEAM_ID", "QBR_COMPANY_ID", "SERVICENOW_ACCOUNT_ID", "CREATED_BY", "SYSTEMS", "RECORDS" from ops.arriving
;

-- the loader
insert into marts.match_review ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "SCORE", "RUNNER_UP_ID", "RUNNER_UP_SCORE", "REASON") select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "SCORE", "RUNNER_UP_ID", "RUNNER_UP_SCORE", "REASON" from ops.arriving
;

-- the loader
insert into ops.changes (stream, id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at, replaces, gone) with newest as ( select i.id, i.document, i.updated, i.deleted, i.content_hash from ops.landing i left join (select p.id, max(p.batch) as batch from ops.landing p where p.stream = '<stream>' and p.kind = 'parent' group by p.id) p on p.id = split_part(i.id, ':', 1) where i.stream = '<stream>' and i.kind = 'row' and (p.batch is null or i.batch >= p.batch) qualify row_number() over ( partition by i.id order by i.updated desc nulls last, i.batch desc, i.place desc ) = 1) select '<stream>', n.id, parse_json(n.document), n.updated, n.content_hash, n.deleted, ?, ?, r.id is not null, false from newest n left join raw.<stream> r on r.id = n.id where r.id is null or ( (r.content_hash <> n.content_hash or r.deleted_at is distinct from n.deleted) and ( r.source_updated_at is null or n.updated is null or n.updated >= r.source_updated_at ) )
;

-- the loader
insert into ops.changes (stream, id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at, replaces, gone) with newest as ( select i.id, i.document, i.updated, i.deleted, i.content_hash from ops.landing i where i.stream = '<stream>' and i.kind = 'row' qualify row_number() over ( partition by i.id order by i.updated desc nulls last, i.batch desc, i.place desc ) = 1) select '<stream>', n.id, parse_json(n.document), n.updated, n.content_hash, n.deleted, ?, ?, r.id is not null, false from newest n left join raw.<stream> r on r.id = n.id where r.id is null or ( (r.content_hash <> n.content_hash or r.deleted_at is distinct from n.deleted) and ( r.source_updated_at is null or n.updated is null or n.updated >= r.source_updated_at ) )
;

-- the loader
insert into ops.changes (stream, id, replaces, gone) select '<stream>', r.id, true, true from raw.<stream> r where r.deleted_at is null and ((split_part(r.id, ':', 1) in (select l.id from ops.landing l where l.stream = '<stream>' and l.kind = 'parent') and r.id not in (select n.id from ( select i.id, i.document, i.updated, i.deleted, i.content_hash from ops.landing i left join (select p.id, max(p.batch) as batch from ops.landing p where p.stream = '<stream>' and p.kind = 'parent' group by p.id) p on p.id = split_part(i.id, ':', 1) where i.stream = '<stream>' and i.kind = 'row' and (p.batch is null or i.batch >= p.batch) qualify row_number() over ( partition by i.id order by i.updated desc nulls last, i.batch desc, i.place desc ) = 1) n)))
;

-- the loader
insert into ops.changes (stream, id, replaces, gone) select '<stream>', r.id, true, true from raw.<stream> r where r.deleted_at is null and (r.id in (select l.id from ops.landing l where l.stream = '<stream>' and l.kind = 'gone'))
;

-- the loader
insert into ops.changes (stream, id, replaces, gone) select '<stream>', r.id, true, true from raw.<stream> r where r.deleted_at is null and (r.id not in (select l.id from ops.landing l where l.stream = '<stream>' and l.kind = 'keep'))
;

-- the loader
insert into ops.extract_log (run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error) select run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error from values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error) where not exists (select 1 from ops.extract_log l where l.run_id = ? and l.source = ? and l.finished_at = ?)
;

-- the loader
insert into ops.extract_log (run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error) select run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error from values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), … as n (run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error) where not exists (select 1 from ops.extract_log l where l.run_id = ? and l.source = ? and l.finished_at = ?)
;

-- the loader
insert into ops.link_changes (changed_at, run_id, left_system, left_id, right_system, right_id, change, before_method, before_score, after_method, after_score) select changed_at, run_id, left_system, left_id, right_system, right_id, change, before_method, before_score, after_method, after_score from ops.entries n where not exists (select 1 from ops.link_changes t where t.changed_at is not distinct from n.changed_at and t.run_id is not distinct from n.run_id and t.left_system is not distinct from n.left_system and t.left_id is not distinct from n.left_id and t.right_system is not distinct from n.right_system and t.right_id is not distinct from n.right_id and t.change is not distinct from n.change and t.before_method is not distinct from n.before_method and t.before_score is not distinct from n.before_score and t.after_method is not distinct from n.after_method and t.after_score is not distinct from n.after_score)
;

-- the loader
insert into raw.<stream>_history (id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at, valid_from, valid_to) select r.id, r.document, r.source_updated_at, r.content_hash, r.deleted_at, r.run_id, r.loaded_at, r.loaded_at, ? from raw.<stream> r join ops.changes c on c.id = r.id where c.stream = '<stream>' and c.gone
;

-- the loader
insert into raw.<stream>_history (id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at, valid_from, valid_to) select r.id, r.document, r.source_updated_at, r.content_hash, r.deleted_at, r.run_id, r.loaded_at, r.loaded_at, ? from raw.<stream> r join ops.changes c on c.id = r.id where c.stream = '<stream>' and c.replaces
;

-- the loader
merge into ops.build_state t using (select build, fingerprint, run_id, built_at from values (?, ?, ?, ?) as v (build, fingerprint, run_id, built_at)) n on t.build = n.build when matched then update set t.fingerprint = n.fingerprint, t.run_id = n.run_id, t.built_at = n.built_at when not matched then insert (build, fingerprint, run_id, built_at) values (n.build, n.fingerprint, n.run_id, n.built_at)
;

-- the loader
merge into ops.extract_state t using (select source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at from values (?, ?, ?, ?, ?, ?, ?, ?) as v (source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at)) n on t.source = n.source and t.stream = n.stream when matched then update set t.identity_key = n.identity_key, t.identity_address = n.identity_address, t.state = n.state, t.change_seq = n.change_seq, t.run_id = n.run_id, t.updated_at = n.updated_at when not matched then insert (source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at) values (n.source, n.stream, n.identity_key, n.identity_address, n.state, n.change_seq, n.run_id, n.updated_at)
;

-- the loader
merge into ops.extract_state t using (select source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at from values (?, ?, ?, ?, ?, ?, ?, ?), … as v (source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at)) n on t.source = n.source and t.stream = n.stream when matched then update set t.identity_key = n.identity_key, t.identity_address = n.identity_address, t.state = n.state, t.change_seq = n.change_seq, t.run_id = n.run_id, t.updated_at = n.updated_at when not matched then insert (source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at) values (n.source, n.stream, n.identity_key, n.identity_address, n.state, n.change_seq, n.run_id, n.updated_at)
;

-- the loader
merge into raw.<stream> r using (select c.* from ops.changes c where c.stream = '<stream>' and not c.gone) c on r.id = c.id when matched then update set r.document = c.document, r.source_updated_at = c.source_updated_at, r.content_hash = c.content_hash, r.deleted_at = c.deleted_at, r.run_id = c.run_id, r.loaded_at = c.loaded_at when not matched then insert (id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at) values (c.id, c.document, c.source_updated_at, c.content_hash, c.deleted_at, c.run_id, c.loaded_at)
;

-- the loader
put 'file://<path>' @ops.landing_files/<id> auto_compress = false
;

-- the loader
select "ACCOUNT_KEY", "ACCOUNT_NAME", "DOMAIN", "NAME_SOURCE", "SALESFORCE_ACCOUNT_ID", "HUBSPOT_COMPANY_ID", "PRODUCT_TEAM_ID", "QBR_COMPANY_ID", "SERVICENOW_ACCOUNT_ID", "CREATED_BY", "SYSTEMS", "RECORDS" from marts.dim_account
;

-- the loader
select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE" from marts.account_links
;

-- the loader
select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "SCORE", "RUNNER_UP_ID", "RUNNER_UP_SCORE", "REASON" from marts.match_review
;

-- the loader
select "SYSTEM", "SOURCE_ID", "ACCOUNT_KEY", "METHOD", "SCORE", "VIA", "EVIDENCE" from marts.account_source_ids
;

-- the loader
select '<schema>', '<table>', count(*) from <schema>.<table> union all …
;

-- the loader
select 'product', memberships.team_id, members.email_key from staging.staging_team_membership as memberships inner join staging.staging_users as members on memberships.user_id = members.user_id where members.email_key is not null union all select 'salesforce', contacts.account_id, contacts.email_key from staging.staging_salesforce_contacts as contacts inner join staging.staging_salesforce_accounts as accounts on contacts.account_id = accounts.id where contacts.email_key is not null and accounts.website is null
;

-- the loader
select * from marts.match_review order by 1, 2, 3, 4 limit 5
;

-- the loader
select 1 from information_schema.tables where lower(table_schema) = ? and lower(table_name) = ?
;

-- the loader
select account_key, account_name, domain, name_source from marts.dim_account
;

-- the loader
select coalesce(a.account_key, s.account_key) from marts.dim_account a full outer join (select distinct account_key from marts.account_source_ids where account_key is not null) s on a.account_key = s.account_key where a.account_key is null or s.account_key is null limit 5
;

-- the loader
select coalesce(account_key, 'without a key') from marts.dim_account group by account_key having count(*) > 1 or account_key is null limit 5
;

-- the loader
select coalesce(p.system || ':' || p.source_id, s.system || ':' || s.source_id) from staging.account_parties p full outer join (select system, source_id, count(*) as times, max(case when via is null then 0 else 1 end) as hangs from marts.account_source_ids group by system, source_id) s on p.system = s.system and p.source_id = s.source_id where s.times is null or s.times > 1 or (p.system is null and s.hangs = 0) limit 5
;

-- the loader
select count(*) from raw.<stream> where deleted_at is null
;

-- the loader
select count(*), max(decided_at) from ops.link_overrides
;

-- the loader
select created_by, count(*) from marts.dim_account group by 1 order by 1
;

-- the loader
select distinct split_part(id, ':', 1) from raw.<stream> where deleted_at is null and split_part(id, ':', 1) not in (select id from raw.<stream> where deleted_at is null)
;

-- the loader
select fingerprint from ops.build_state where build = ?
;

-- the loader
select fingerprint, built_at from ops.build_state where build = ?
;

-- the loader
select id from raw.<stream> where deleted_at is not null
;

-- the loader
select id from raw.<stream> where deleted_at is null
;

-- the loader
select id, coalesce(document:sys_updated_on::varchar, '') || ' ' || coalesce(document:sys_mod_count::varchar, '') from raw.<stream> where deleted_at is null
;

-- the loader
select left_system, left_id, right_system, right_id, decision, author, reason, decided_at from staging.account_link_overrides
;

-- the loader
select left_system, left_id, right_system, right_id, method, score, decided_at from marts.account_links
;

-- the loader
select lower(schema_name) from information_schema.schemata
;

-- the loader
select lower(table_schema), lower(table_name) from information_schema.tables
;

-- the loader
select lower(table_schema), lower(table_name) from information_schema.tables where table_schema in ('<value>', …)
;

-- the loader
select lower(table_schema), lower(table_name), lower(column_name), data_type from information_schema.columns order by table_schema, table_name, ordinal_position
;

-- the loader
select method, count(*) from marts.account_links group by 1 order by 1
;

-- the loader
select method, count(*) from marts.account_source_ids group by 1 order by 1
;

-- the loader
select old_id, current_id from staging.hubspot_merged_ids where object_type = '<stream>'
;

-- the loader
select source, stream, change_seq from ops.extract_state order by source, stream
;

-- the loader
select stream, identity_key, identity_address, state, change_seq from ops.extract_state where source = ?
;

-- the loader
select system, kind, source_id, account_system, account_source_id from staging.account_source_map_seed where account_system is not null and account_source_id is not null
;

-- the loader
select system, source_id, name, domain, crm_id from staging.account_parties
;

-- the loader
select token, holder, coalesce(expires_at > sysdate(), false) from ops.writer_lock
;

-- the loader
update ops.writer_lock set expires_at = dateadd('second', 300, sysdate()) where token = ?
;

-- the loader
update ops.writer_lock set token = ?, holder = ?, since = sysdate(), expires_at = dateadd('second', 300, sysdate()) where coalesce(token, '') = ? and coalesce(expires_at, sysdate()) <= sysdate()
;

-- the loader
update ops.writer_lock set token = null, holder = null, expires_at = null where token = ?
;

-- the loader
update raw.<stream> set deleted_at = ?, run_id = ?, loaded_at = ? where id in (select c.id from ops.changes c where c.stream = '<stream>' and c.gone)
;
