{%- set utc_times = {
    'created_at': [to_utc('created_at'), 'not a time'],
    'updated_at': [to_utc('updated_at'), 'not a time'],
} -%}
{%- set company_values = {
    'salesforce_account_id': [full_account_id('salesforce_account_id'), 'a placeholder, no id'],
} -%}
{%- set deal_values = {
    'amount': [to_money('amount'), 'not an amount of at most 16 digits before the point'],
    'amount_in_home_currency': [to_money('amount_in_home_currency'), 'not an amount'],
    'close_date': [day_in_zone('close_date', "'UTC'"), 'not a date'],
    'closed_flag': [to_boolean('closed_flag'), 'neither true nor false'],
    'won_flag': [to_boolean('won_flag'), 'neither true nor false'],
} -%}
{%- set account_values = {'sent_zone': ['time_zone', 'no zone of the IANA list: days are UTC days', 'time_zone']} -%}
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

final as (
    {{ rejects(ref('base_hubspot_contacts'), 'hubspot', 'contacts', utc_times) }}
    union all
    {{ rejects(ref('base_hubspot_companies'), 'hubspot', 'companies', dict(utc_times, **company_values)) }}
    union all
    {{ rejects(ref('base_hubspot_deals'), 'hubspot', 'deals', utc_times) }}
    union all
    {{ rejects(ref('base_hubspot_deals'), 'hubspot', 'deals', deal_values) }}
    union all
    {{ rejects(ref('staging_hubspot_account'), 'hubspot', 'account', account_values) }}
    union all
    {{ rejects('stage_texts', 'hubspot', 'pipelines', stage_values) }}
)

select * from final
