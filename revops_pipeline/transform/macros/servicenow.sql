{#
    Where each column of a table that stock ServiceNow lacks is read from: fields in the order in
    which they are tried, the first that holds something wins. The setting `servicenow_columns`
    replaces a column's fields; `servicenow_prefix` is what the instance's own fields begin with. No
    field: NULL.
#}
{% macro servicenow_candidates(table) -%}
    {%- set prefix = var('servicenow_prefix', 'u_') -%}
    {%- set candidates = {
        'customer_account_id': [prefix ~ 'customer_account_id'],
        'customer_account_name': [prefix ~ 'customer_account_name'],
        'first_responded_at': ['first_responded_at', prefix ~ 'first_responded_at'],
        'satisfaction_rating': ['satisfaction_rating', prefix ~ 'satisfaction_rating'],
        'reopened_count': ['reopened_count', prefix ~ 'reopened_count', 'reopen_count'],
        'assignment_group_changed': [
            'assignment_group_changed', prefix ~ 'assignment_group_changed', 'reassignment_count'
        ],
    } -%}
    {%- for column, fields in var('servicenow_columns', {}).items() -%}
        {%- if column not in candidates -%}
            {{ exceptions.raise_compiler_error(
                "Setting servicenow_columns names " ~ column ~ "; it may name: " ~ candidates | join(', ')
            ) }}
        {%- endif -%}
        {%- do candidates.update({column: [fields] if fields is string else fields}) -%}
    {%- endfor -%}
    {%- set of_incidents = ['first_responded_at', 'satisfaction_rating', 'reopened_count'] -%}
    {%- set read = {} -%}
    {%- for column in candidates if table == 'incident' or column not in of_incidents -%}
        {%- do read.update({column: candidates[column]}) -%}
    {%- endfor -%}
    {{ return({} if table in ['cmdb_ci', 'sys_user'] else read) }}
{%- endmacro %}

{# What is read of a table: our column and the instance's field. Everything is text here. #}
{% macro servicenow_contract(table) -%}
    {%- set ticket = {
        'record_class': 'sys_class_name', 'number': 'number', 'company_id': 'company',
        'assigned_to_id': 'assigned_to', 'assignment_group': 'assignment_group',
        'configuration_item_id': 'cmdb_ci', 'short_description': 'short_description',
        'state': 'state', 'priority': 'priority', 'impact': 'impact', 'urgency': 'urgency',
        'escalation': 'escalation', 'is_active': 'active', 'made_sla': 'made_sla',
        'opened_at': 'opened_at', 'closed_at': 'closed_at', 'sla_due_at': 'sla_due',
    } -%}
    {%- set own = {
        'incident': {
            'caller_id': 'caller_id', 'category': 'category', 'resolved_at': 'resolved_at',
            'problem_id': 'problem_id', 'change_id': 'rfc',
        },
        'problem': {'category': 'category', 'is_known_error': 'known_error', 'resolved_at': 'resolved_at'},
        'change_request': {
            'change_type': 'type', 'category': 'category', 'risk': 'risk',
            'start_at': 'start_date', 'end_at': 'end_date',
        },
        'task': {},
        'cmdb_ci': {
            'record_class': 'sys_class_name', 'name': 'name', 'company_id': 'company',
            'category': 'category', 'install_status': 'install_status',
            'operational_status': 'operational_status', 'owner_id': 'owned_by',
        },
        'sys_user': {
            'user_name': 'user_name', 'name': 'name', 'first_name': 'first_name',
            'last_name': 'last_name', 'email': 'email', 'title': 'title', 'company_id': 'company',
            'is_active': 'active', 'is_vip': 'vip',
        },
    } -%}
    {%- set contract = {'created_at': 'sys_created_on', 'updated_at': 'sys_updated_on'} -%}
    {%- if table not in ['cmdb_ci', 'sys_user'] -%}
        {%- do contract.update(ticket) -%}
    {%- endif -%}
    {%- do contract.update(own[table]) -%}
    {{ return(contract) }}
{%- endmacro %}

{# One row per live record of a table, its columns as text, NULL where blank or absent. #}
{% macro servicenow_texts(table) -%}
    {%- set fields, tried = {}, {} -%}
    {%- for column, field in servicenow_contract(table).items() -%}
        {%- do fields.update({column: [field]}) -%}
    {%- endfor -%}
    {%- for column, candidates in servicenow_candidates(table).items() -%}
        {%- do tried.update({column: []}) -%}
        {%- for field in candidates -%}
            {%- do fields.update({column ~ '_' ~ loop.index: [field]}) -%}
            {%- do tried[column].append(column ~ '_' ~ loop.index) -%}
        {%- endfor -%}
    {%- endfor -%}
    select
        id,
        {% for column in servicenow_contract(table) %}
        {{ column }},
        {% endfor %}
        {% for column, names in tried.items() %}
        coalesce({{ (names + ['cast(null as varchar)', 'null']) | join(', ') }}) as {{ column }},
        {% endfor %}
        loaded_at
    from (
        {{ read_documents(source('raw', 'servicenow_' ~ table), fields) }}
    ) as documents
{%- endmacro %}
