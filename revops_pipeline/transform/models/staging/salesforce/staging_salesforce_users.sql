{{ salesforce_staged('users') }}
