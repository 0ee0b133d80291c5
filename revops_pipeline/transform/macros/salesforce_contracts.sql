{#
    What is read of an object: our column, the field it is read from, and its type (see
    `salesforce_typed`). A field that the organisation lacks is a NULL column. The setting
    `salesforce_fields` names other fields: {accounts: {nps_score: Net_Promoter__c}}; fields are
    spelled as in Salesforce's object manager (API name), custom ones all small as well.
#}
{% macro salesforce_contract(stream) -%}
    {%- set contracts = {} -%}
    {%- do contracts.update(salesforce_account_contract()) -%}
    {%- do contracts.update(salesforce_sales_contracts()) -%}
    {%- do contracts.update(salesforce_service_contracts()) -%}
    {%- for name, fields in var('salesforce_fields', {}).items() -%}
        {%- for column, field in fields.items() -%}
            {%- if column not in contracts.get(name, {}) -%}
                {{ exceptions.raise_compiler_error(
                    "Setting salesforce_fields names " ~ name ~ "." ~ column ~ ", which is no column; "
                    ~ name ~ " may have: " ~ contracts.get(name, contracts) | join(', ')
                ) }}
            {%- endif -%}
            {%- do contracts[name].update({column: [field, contracts[name][column][1]]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do contracts[stream].update({
        'created_at': ['CreatedDate', 'time'], 'updated_at': ['SystemModstamp', 'time'],
    }) -%}
    {{ return(contracts[stream]) }}
{%- endmacro %}

{% macro salesforce_account_contract() -%}
    {{ return({'accounts': {
        'account_name': ['Name', 'text'], 'account_type': ['Type', 'text'],
        'parent_id': ['ParentId', 'text'], 'annual_revenue': ['AnnualRevenue', 'money'],
        'currency': ['CurrencyIsoCode', 'text'],
        'industry': ['Industry', 'text'], 'billing_country': ['BillingCountry', 'text'],
        'website': ['Website', 'text'], 'phone': ['Phone', 'text'],
        'employees': ['NumberOfEmployees', 'integer'], 'owner_id': ['OwnerId', 'text'],
        'nps_score': ['NPS_Score__c', 'number'], 'adoption_score': ['Adoption_Score__c', 'number'],
        'churn_risk_score': ['Churn_Risk_Score__c', 'number'],
        'health_score': ['Health_Score__c', 'number'],
        'active_users': ['Active_Users__c', 'number'], 'total_users': ['Total_Users__c', 'number'],
        'feature_usage_score': ['Feature_Usage_Score__c', 'number'],
        'revenue_growth_pct': ['Revenue_Growth_Rate__c', 'number'],
        'nrr_pct': ['NRR__c', 'number'], 'last_login_date': ['Last_Login_Date__c', 'date'],
        'support_tickets_30d': ['Support_Tickets_30d__c', 'number'],
        'executive_engagement': ['Executive_Engagement__c', 'text'],
        'arr': ['ARR__c', 'money'], 'prior_arr': ['Prior_ARR__c', 'money'],
        'tier': ['Tier__c', 'text'], 'segment': ['Segment__c', 'text'],
        'payment_health': ['Payment_Health__c', 'text'],
        'qbr_attendance_pct': ['QBR_Attendance__c', 'number'],
        'champion_stability': ['Champion_Stability__c', 'text'],
        'expansion_signals': ['Expansion_Signals__c', 'number'],
    }}) }}
{%- endmacro %}

{% macro salesforce_sales_contracts() -%}
    {{ return({
        'opportunities': {
            'account_id': ['AccountId', 'text'], 'opportunity_name': ['Name', 'text'],
            'stage': ['StageName', 'text'], 'amount': ['Amount', 'money'],
            'currency': ['CurrencyIsoCode', 'text'], 'probability_pct': ['Probability', 'number'],
            'close_date': ['CloseDate', 'date'], 'opportunity_type': ['Type', 'text'],
            'lead_source': ['LeadSource', 'text'], 'is_closed': ['IsClosed', 'boolean'],
            'is_won': ['IsWon', 'boolean'], 'forecast_category': ['ForecastCategoryName', 'text'],
            'owner_id': ['OwnerId', 'text'], 'contract_id': ['ContractId', 'text'],
            'renewal_date': ['Renewal_Date__c', 'date'],
        },
        'contacts': {
            'account_id': ['AccountId', 'text'], 'first_name': ['FirstName', 'text'],
            'last_name': ['LastName', 'text'], 'title': ['Title', 'text'],
            'department': ['Department', 'text'], 'email': ['Email', 'text'],
            'email_key': ['Email', 'email_key'], 'phone': ['Phone', 'text'],
            'country': ['MailingCountry', 'text'], 'owner_id': ['OwnerId', 'text'],
        },
        'users': {
            'user_name': ['Username', 'text'], 'email': ['Email', 'text'],
            'email_key': ['Email', 'email_key'], 'first_name': ['FirstName', 'text'],
            'last_name': ['LastName', 'text'], 'full_name': ['Name', 'text'],
            'title': ['Title', 'text'], 'is_active': ['IsActive', 'boolean'],
            'user_type': ['UserType', 'text'], 'manager_id': ['ManagerId', 'text'],
        },
    }) }}
{%- endmacro %}
