{%- set utc_times = {
    'created_at': [to_utc('created_at'), 'not a time'],
    'updated_at': [to_utc('updated_at'), 'not a time'],
} -%}
{%- set company_values = {
    'salesforce_account_id': [full_account_id('salesforce_account_id'), 'a placeholder, no id'],
} -%}
{%- set deal_values = {
    'amount': [to_money('amount'), 'not an amount of at most 16 digits before the point'],
    'close_date': [day_in_zone('close_date', "'UTC'"), 'not a date'],
    'closed_flag': [to_boolean('closed_flag'), 'neither true nor false'],
    'won_flag': [to_boolean('won_flag'), 'neither true nor false'],
} -%}
{%- set account_values = {'sent_zone': ['time_zone', 'no zone of the IANA list: days are UTC days', 'time_zone']} -%}
{%- set user_values = {'client_lifetime_spend': [to_money('client_lifetime_spend'), 'not an amount']} -%}
{%- set stage_values = {
    'closed': [to_boolean('closed'), 'neither true nor false'],
    'probability': [to_ratio('probability'), 'not a number'],
} -%}
with pipeline_stages as (
    {{ read_array(source('raw', 'hubspot_pipelines'), 'stages') }}
),

stage_texts as (
    {{ read_documents(
        'pipeline_stages',
        {'closed': ['metadata', 'isClosed'], 'probability': ['metadata', 'probability']},
        where='true',
        document='element',
    ) }}
),

memberships as (
    {{ read_documents(
        source('raw', 'product_team_membership'), {'user_id': ['user_id'], 'team_id': ['team_id']}
    ) }}
),

users as (
    {{ read_documents(
        source('raw', 'product_users'), {'client_lifetime_spend': ['client_lifetime_spend']}
    ) }}
),

transactions as (
    {{ read_documents(source('raw', 'product_transactions'), {'amount': ['amount']}) }}
),

final as (
    {{ rejects(ref('base_hubspot_contacts'), 'hubspot', 'contacts', utc_times) }}
    union all
    {{ rejects(ref('base_hubspot_companies'), 'hubspot', 'companies', utc_times) }}
    union all
    {{ rejects(ref('base_hubspot_companies'), 'hubspot', 'companies', company_values) }}
    union all
    {{ rejects(ref('base_hubspot_deals'), 'hubspot', 'deals', utc_times) }}
    union all
    {{ rejects(ref('base_hubspot_deals'), 'hubspot', 'deals', deal_values) }}
    union all
    {{ rejects(ref('staging_hubspot_account'), 'hubspot', 'account', account_values) }}
    union all
    {{ rejects('users', 'product', 'users', user_values) }}
    union all
    {{ rejects('transactions', 'product', 'transactions', {'amount': [to_money('amount'), 'not an amount']}) }}
    union all
    {{ rejects('stage_texts', 'hubspot', 'pipelines', stage_values) }}
    union all
    select
        'product' as source,
        'team_membership' as stream,
        id,
        case when user_id is null then 'user_id' else 'team_id' end as {{ quoted('column') }},
        cast(null as varchar) as {{ quoted('value') }},
        'a membership without a user or a team' as reason,
        loaded_at as rejected_at
    from memberships
    where user_id is null or team_id is null
)

select * from final
