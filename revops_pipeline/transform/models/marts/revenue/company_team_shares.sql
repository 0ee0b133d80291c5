{%- set split = option('team_split', ['equal', 'members']) -%}
with links as (
    select distinct
        left_id as team_id,
        right_id as company_id
    from {{ source('matching', 'account_links') }}
    where left_system = 'product' and right_system = 'hubspot'
),

companies as (
    select * from {{ ref('staging_companies') }}
),

teams as (
    select * from {{ ref('staging_teams') }}
),

members as (
    select
        memberships.team_id,
        count(*) as members
    from {{ ref('staging_team_membership') }} as memberships
    inner join {{ ref('staging_users') }} as known_users
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
        {% if split == 'members' -%}
        -- Without any member there is nothing to weigh by: equal parts.
        case when company_members > 0 then members else 1 end as weight
        {%- else -%}
        1 as weight
        {%- endif %}
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
                partition by company_id order by {{ id_order('team_id') }}
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
