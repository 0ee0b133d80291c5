{% macro salesforce_service_contracts() -%}
    {{ return({
        'cases': {
            'account_id': ['AccountId', 'text'], 'contact_id': ['ContactId', 'text'],
            'case_number': ['CaseNumber', 'text'], 'subject': ['Subject', 'text'],
            'status': ['Status', 'text'], 'priority': ['Priority', 'text'],
            'origin': ['Origin', 'text'], 'case_type': ['Type', 'text'],
            'reason': ['Reason', 'text'], 'is_closed': ['IsClosed', 'boolean'],
            'is_escalated': ['IsEscalated', 'boolean'], 'closed_at': ['ClosedDate', 'time'],
            'satisfaction_rating': ['Satisfaction_Rating__c', 'rating'],
            'owner_id': ['OwnerId', 'text'],
        },
        'tasks': {
            'who_id': ['WhoId', 'text'], 'what_id': ['WhatId', 'text'],
            'account_id': ['AccountId', 'text'], 'subject': ['Subject', 'text'],
            'status': ['Status', 'text'], 'priority': ['Priority', 'text'],
            'activity_date': ['ActivityDate', 'date'], 'task_type': ['Type', 'text'],
            'task_subtype': ['TaskSubtype', 'text'], 'call_type': ['CallType', 'text'],
            'is_closed': ['IsClosed', 'boolean'], 'completed_at': ['CompletedDateTime', 'time'],
            'owner_id': ['OwnerId', 'text'],
        },
        'contracts': {
            'account_id': ['AccountId', 'text'], 'contract_number': ['ContractNumber', 'text'],
            'status': ['Status', 'text'], 'start_date': ['StartDate', 'date'],
            'end_date': ['EndDate', 'date'], 'term_months': ['ContractTerm', 'integer'],
            'activated_at': ['ActivatedDate', 'time'],
            'changes_count': ['Changes_Count__c', 'number'], 'owner_id': ['OwnerId', 'text'],
        },
        'churn_signals': {
            'account_id': ['Account__c', 'text'], 'signal_name': ['Name', 'text'],
            'severity': ['Severity__c', 'severity'], 'signal_type': ['Signal_Type__c', 'text'],
            'status': ['Status__c', 'text'], 'signal_date': ['Signal_Date__c', 'date'],
            'resolved_date': ['Resolved_Date__c', 'date'],
            'description': ['Description__c', 'text'], 'owner_id': ['OwnerId', 'text'],
        },
    }) }}
{%- endmacro %}
