{{ salesforce_staged('churn_signals') }}
