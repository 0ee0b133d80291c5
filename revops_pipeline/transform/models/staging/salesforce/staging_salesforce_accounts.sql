{{ salesforce_staged('accounts') }}
