{{ salesforce_staged('contacts') }}
