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

-- model.revops_pipeline.base_hubspot_companies
create or replace transient table <database>.staging.base_hubspot_companies
    as (with documents as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as is_archived,
        case when trim(cast(document:"createdAt" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"createdAt" as varchar) end as created_at,
        case when trim(cast(document:"updatedAt" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"updatedAt" as varchar) end as updated_at,
        case when trim(cast(document:"properties"."name" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."name" as varchar) end as name,
        case when trim(cast(document:"properties"."industry" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."industry" as varchar) end as industry,
        case when trim(cast(document:"properties"."domain" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."domain" as varchar) end as domain,
        case when trim(cast(document:"properties"."website" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."website" as varchar) end as website,
        case when trim(cast(document:"properties"."country" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."country" as varchar) end as country,
        case when trim(cast(document:"properties"."hubspot_owner_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hubspot_owner_id" as varchar) end as owner_id,
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
        and coalesce(case lower(trim(documents.is_archived, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end, false) = false
)
select * from final
    )
;

-- model.revops_pipeline.base_hubspot_contacts
create or replace transient table <database>.staging.base_hubspot_contacts
    as (with documents as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as is_archived,
        case when trim(cast(document:"createdAt" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"createdAt" as varchar) end as created_at,
        case when trim(cast(document:"updatedAt" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"updatedAt" as varchar) end as updated_at,
        case when trim(cast(document:"properties"."email" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."email" as varchar) end as email,
        case when trim(cast(document:"properties"."firstname" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."firstname" as varchar) end as first_name,
        case when trim(cast(document:"properties"."lastname" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."lastname" as varchar) end as last_name,
        case when trim(cast(document:"properties"."lifecyclestage" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."lifecyclestage" as varchar) end as lifecycle_stage,
        case when trim(cast(document:"properties"."hubspot_owner_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hubspot_owner_id" as varchar) end as owner_id,
        case when trim(cast(document:"properties"."associatedcompanyid" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."associatedcompanyid" as varchar) end as associated_company_id,
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
        and coalesce(case lower(trim(documents.is_archived, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end, false) = false
)
select * from final
    )
;

-- model.revops_pipeline.base_hubspot_deals
create or replace transient table <database>.staging.base_hubspot_deals
    as (with documents as (
    select
        id,
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as is_archived,
        case when trim(cast(document:"createdAt" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"createdAt" as varchar) end as created_at,
        case when trim(cast(document:"updatedAt" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"updatedAt" as varchar) end as updated_at,
        case when trim(cast(document:"properties"."dealname" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."dealname" as varchar) end as deal_name,
        case when trim(cast(document:"properties"."amount" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."amount" as varchar) end as amount,
        case when trim(cast(document:"properties"."deal_currency_code" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."deal_currency_code" as varchar) end as currency,
        case when trim(cast(document:"properties"."closedate" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."closedate" as varchar) end as close_date,
        case when trim(cast(document:"properties"."dealstage" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."dealstage" as varchar) end as deal_stage,
        case when trim(cast(document:"properties"."pipeline" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."pipeline" as varchar) end as pipeline,
        case when trim(cast(document:"properties"."hs_is_closed" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hs_is_closed" as varchar) end as closed_flag,
        case when trim(cast(document:"properties"."hs_is_closed_won" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hs_is_closed_won" as varchar) end as won_flag,
        case when trim(cast(document:"properties"."hubspot_owner_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hubspot_owner_id" as varchar) end as owner_id,
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
        and coalesce(case lower(trim(documents.is_archived, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end, false) = false
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
        case when trim(cast(document:"from_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"from_id" as varchar) end as deal_id,
        case when trim(cast(document:"to_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"to_id" as varchar) end as company_id,
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
        case when trim(cast(document:"properties"."hs_merged_object_ids" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hs_merged_object_ids" as varchar) end as merged_ids,
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
        case when trim(cast(document:"properties"."hs_merged_object_ids" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hs_merged_object_ids" as varchar) end as merged_ids,
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
        case when trim(cast(document:"properties"."hs_merged_object_ids" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"properties"."hs_merged_object_ids" as varchar) end as merged_ids,
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

-- model.revops_pipeline.rejected_records
create or replace transient table <database>.ops.rejected_records
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
        case when trim(cast(element:"metadata"."isClosed" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"metadata"."isClosed" as varchar) end as closed,
        case when trim(cast(element:"metadata"."probability" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"metadata"."probability" as varchar) end as probability,
        loaded_at
    from pipeline_stages
    where true
),
memberships as (
    select
        id,
        case when trim(cast(document:"user_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"team_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"team_id" as varchar) end as team_id,
        loaded_at
    from <database>.raw.product_team_membership
    where deleted_at is null
),
users as (
    select
        id,
        case when trim(cast(document:"client_lifetime_spend" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"client_lifetime_spend" as varchar) end as client_lifetime_spend,
        loaded_at
    from <database>.raw.product_users
    where deleted_at is null
),
transactions as (
    select
        id,
        case when trim(cast(document:"amount" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"amount" as varchar) end as amount,
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
        when regexp_like(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(18, 2))
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
        when regexp_like(trim(close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
    where closed_flag is not null and case lower(trim(closed_flag, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end is null
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
    where won_flag is not null and case lower(trim(won_flag, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end is null
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
        when regexp_like(trim(client_lifetime_spend, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(client_lifetime_spend, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(18, 2))
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
        when regexp_like(trim(amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(18, 2))
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
    where closed is not null and case lower(trim(closed, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end is null
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
    where probability is not null and try_cast(trim(probability, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(9, 6)) is null
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
        when regexp_like(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        max(case when case lower(trim(edges.is_primary, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end then 1 else 0 end) as flagged
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"from_id" as varchar) end as from_id,
        case when trim(cast(document:"to_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"to_id" as varchar) end as to_id,
        case when trim(cast(document:"is_primary" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"is_primary" as varchar) end as is_primary,
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
        case when trim(cast(document:"from_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"from_id" as varchar) end as contact_id,
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
        when lower(trim(records.email, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(records.email, ' ' || chr(9) || chr(10) || chr(13) || chr(160)))
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
        when regexp_like(trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        max(case when case lower(trim(edges.is_primary, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end then 1 else 0 end) as flagged
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"from_id" as varchar) end as from_id,
        case when trim(cast(document:"to_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"to_id" as varchar) end as to_id,
        case when trim(cast(document:"is_primary" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"is_primary" as varchar) end as is_primary,
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
        max(case when case lower(trim(edges.is_primary, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end then 1 else 0 end) as flagged
    from (
        select
        id,
        case when trim(cast(document:"from_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"from_id" as varchar) end as from_id,
        case when trim(cast(document:"to_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"to_id" as varchar) end as to_id,
        case when trim(cast(document:"is_primary" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"is_primary" as varchar) end as is_primary,
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
            case lower(trim(records.won_flag, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end, stages.is_won, records.deal_stage = 'closedwon', false
        ) as is_won,
        coalesce(
            case lower(trim(records.closed_flag, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end,
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
        when regexp_like(trim(records.amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(records.amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(18, 2))
    end as amount,
        records.currency,
        cast(case
        when regexp_like(trim(records.close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(records.close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.close_date, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        when regexp_like(trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.created_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
    end as created_at,
        case
        when regexp_like(trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+)?')
            then try_cast(trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_ntz)
        when trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) like '____-__-__%'
            then cast(convert_timezone('UTC', try_cast(trim(records.updated_at, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as timestamp_tz)) as timestamp_ntz)
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
        case when trim(cast(document:"email" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"email" as varchar) end as email,
        case when trim(cast(document:"firstName" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"firstName" as varchar) end as first_name,
        case when trim(cast(document:"lastName" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"lastName" as varchar) end as last_name,
        case when trim(cast(document:"userId" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"userId" as varchar) end as user_id,
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as archived,
        loaded_at
    from <database>.raw.hubspot_owners
    where deleted_at is null
),
final as (
    select
        id,
        email,
        case
        when lower(trim(email, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(email, ' ' || chr(9) || chr(10) || chr(13) || chr(160)))
    end as email_key,
        first_name,
        last_name,
        user_id,
        -- Kept: those who left still own deals.
        coalesce(case lower(trim(archived, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end, false) as is_archived,
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
        case when trim(cast(element:"id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"id" as varchar) end as stage_id,
        case when trim(cast(element:"label" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"label" as varchar) end as label,
        case when trim(cast(element:"displayOrder" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"displayOrder" as varchar) end as display_order,
        case when trim(cast(element:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"archived" as varchar) end as archived,
        case when trim(cast(element:"metadata"."isClosed" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"metadata"."isClosed" as varchar) end as closed,
        case when trim(cast(element:"metadata"."probability" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(element:"metadata"."probability" as varchar) end as probability,
        loaded_at
    from stages
    where true
),
typed as (
    select
        id as pipeline_id,
        stage_id,
        label,
        case when regexp_like(trim(display_order, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?[0-9]+') then try_cast(trim(display_order, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as integer) end as display_order,
        case lower(trim(closed, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end as is_closed,
        try_cast(trim(probability, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(9, 6)) as probability,
        coalesce(case lower(trim(archived, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) when 'true' then true when 'false' then false end, false) as is_archived,
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

-- model.revops_pipeline.staging_team_membership
create or replace transient table <database>.staging.staging_team_membership
    as (with documents as (
    select
        id,
        case when trim(cast(document:"user_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"team_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"team_id" as varchar) end as team_id,
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
        case when trim(cast(document:"team_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"team_id" as varchar) end as team_id,
        case when trim(cast(document:"team_name" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"team_name" as varchar) end as team_name,
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
        case when trim(cast(document:"user_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"amount" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"amount" as varchar) end as amount,
        loaded_at
    from <database>.raw.product_transactions
    where deleted_at is null
),
final as (
    select
        id as transaction_id,
        user_id,
        case
        when regexp_like(trim(amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(amount, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(18, 2))
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
        case when trim(cast(document:"user_id" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"user_id" as varchar) end as user_id,
        case when trim(cast(document:"user_name" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"user_name" as varchar) end as user_name,
        case when trim(cast(document:"email" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"email" as varchar) end as email,
        case when trim(cast(document:"client_lifetime_spend" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"client_lifetime_spend" as varchar) end as client_lifetime_spend,
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
        when lower(trim(documents.email, ' ' || chr(9) || chr(10) || chr(13) || chr(160))) in ('', 'unknown', 'n/a', 'na', '-', 'none', 'null') then null
        else lower(trim(documents.email, ' ' || chr(9) || chr(10) || chr(13) || chr(160)))
    end as email_key,
        case
        when regexp_like(trim(documents.client_lifetime_spend, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?')
            then try_cast(trim(documents.client_lifetime_spend, ' ' || chr(9) || chr(10) || chr(13) || chr(160)) as decimal(18, 2))
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

-- seed.revops_pipeline.account_link_override_seed
BEGIN
;

-- seed.revops_pipeline.account_link_override_seed
COMMIT
;

-- seed.revops_pipeline.account_link_override_seed
create transient table <database>.staging.account_link_override_seed (left_system varchar,left_id varchar,right_system varchar,right_id varchar,decision varchar,author varchar,reason varchar,decided_at timestamp)
;

-- seed.revops_pipeline.account_link_override_seed
truncate table "<database>"."STAGING"."ACCOUNT_LINK_OVERRIDE_SEED"
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
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as archived,
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
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as archived,
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
        case when trim(cast(document:"archived" as varchar), ' ' || chr(9) || chr(10) || chr(13) || chr(160)) <> '' then cast(document:"archived" as varchar) end as archived,
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

-- the loader
begin
;

-- the loader
commit
;

-- the loader
copy into ops.arriving ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar, $1:c4::varchar, $1:c5::double, $1:c6::double, $1:c7::varchar::timestamp, $1:c8::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.landing (stream, kind, batch, place, id, document, updated, deleted, content_hash) from (select $1:stream::varchar, $1:kind::varchar, $1:batch::number(9, 0), $1:place::number(18, 0), $1:id::varchar, $1:document::varchar, $1:updated::varchar::timestamp_ntz, $1:deleted::varchar::timestamp_ntz, $1:content_hash::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
copy into ops.leaving ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID") from (select $1:c0::varchar, $1:c1::varchar, $1:c2::varchar, $1:c3::varchar from @ops.landing_files/<id>/) file_format = (type = parquet) purge = true
;

-- the loader
create or replace temporary table ops.arriving ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar, "METHOD" varchar, "SCORE" double, "MARGIN" double, "DECIDED_AT" timestamp, "EVIDENCE" varchar)
;

-- the loader
create or replace temporary table ops.changes (stream varchar, id varchar, document variant, source_updated_at timestamp_ntz, content_hash varchar, deleted_at timestamp_ntz, run_id varchar, loaded_at timestamp_ntz, replaces boolean, gone boolean)
;

-- the loader
create or replace temporary table ops.landing (stream varchar, kind varchar, batch number(9, 0), place number(18, 0), id varchar, document varchar, updated timestamp_ntz, deleted timestamp_ntz, content_hash varchar)
;

-- the loader
create or replace temporary table ops.leaving ("LEFT_SYSTEM" varchar, "LEFT_ID" varchar, "RIGHT_SYSTEM" varchar, "RIGHT_ID" varchar)
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
delete from ops.rejected_documents where source = ? and (stream, id) in (select l.stream, l.id from ops.landing l where l.kind = 'row')
;

-- the loader
insert into marts.account_links ("LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE") select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE" from ops.arriving
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
insert into ops.extract_log (run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error) select run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error from values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), … as n (run_id, source, stream, finished_at, seconds, windows, pages, rows_reported, rows_read, verified, rows_inserted, rows_updated, rows_deleted, rows_unchanged, error) where not exists (select 1 from ops.extract_log l where l.run_id = ? and l.source = ? and l.finished_at = ?)
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
merge into ops.extract_state t using (select source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at from values (?, ?, ?, ?, ?, ?, ?, ?), … as v (source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at)) n on t.source = n.source and t.stream = n.stream when matched then update set t.identity_key = n.identity_key, t.identity_address = n.identity_address, t.state = n.state, t.change_seq = n.change_seq, t.run_id = n.run_id, t.updated_at = n.updated_at when not matched then insert (source, stream, identity_key, identity_address, state, change_seq, run_id, updated_at) values (n.source, n.stream, n.identity_key, n.identity_address, n.state, n.change_seq, n.run_id, n.updated_at)
;

-- the loader
merge into raw.<stream> r using (select c.* from ops.changes c where c.stream = '<stream>' and not c.gone) c on r.id = c.id when matched then update set r.document = c.document, r.source_updated_at = c.source_updated_at, r.content_hash = c.content_hash, r.deleted_at = c.deleted_at, r.run_id = c.run_id, r.loaded_at = c.loaded_at when not matched then insert (id, document, source_updated_at, content_hash, deleted_at, run_id, loaded_at) values (c.id, c.document, c.source_updated_at, c.content_hash, c.deleted_at, c.run_id, c.loaded_at)
;

-- the loader
put 'file://<path>' @ops.landing_files/<id> auto_compress = false
;

-- the loader
select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "METHOD", "SCORE", "MARGIN", "DECIDED_AT", "EVIDENCE" from marts.account_links
;

-- the loader
select "LEFT_SYSTEM", "LEFT_ID", "RIGHT_SYSTEM", "RIGHT_ID", "SCORE", "RUNNER_UP_ID", "RUNNER_UP_SCORE", "REASON" from marts.match_review
;

-- the loader
select '<schema>', '<table>', count(*) from <schema>.<table> union all …
;

-- the loader
select * from marts.match_review order by 1, 2, 3, 4 limit 5
;

-- the loader
select 1 from information_schema.tables where lower(table_name) = 'account_links'
;

-- the loader
select count(*) from raw.<stream> where deleted_at is null
;

-- the loader
select distinct split_part(id, ':', 1) from raw.<stream> where deleted_at is null and split_part(id, ':', 1) not in (select id from raw.<stream> where deleted_at is null)
;

-- the loader
select fingerprint from ops.build_state where build = ?
;

-- the loader
select id from raw.<stream> where deleted_at is not null
;

-- the loader
select id from raw.<stream> where deleted_at is null
;

-- the loader
select id, name, coalesce(domain, website) from staging.staging_companies
;

-- the loader
select left_system, left_id, right_system, right_id, decision, author, reason, decided_at from staging.account_link_override_seed
;

-- the loader
select left_system, left_id, right_system, right_id, method, score, margin, decided_at, evidence from marts.account_links
;

-- the loader
select lower(schema_name) from information_schema.schemata
;

-- the loader
select lower(table_schema), lower(table_name) from information_schema.tables where table_schema in ('<value>', …)
;

-- the loader
select lower(table_schema), lower(table_name), column_name, data_type from information_schema.columns order by table_schema, table_name, ordinal_position
;

-- the loader
select m.team_id, u.email_key from staging.staging_team_membership m join staging.staging_users u on u.user_id = m.user_id where u.email_key is not null
;

-- the loader
select method, count(*) from marts.account_links group by 1
;

-- the loader
select source, stream, change_seq from ops.extract_state order by source, stream
;

-- the loader
select stream, identity_key, identity_address, state, change_seq from ops.extract_state where source = ?
;

-- the loader
select team_id, team_name from staging.staging_teams
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
