{{ salesforce_staged('contracts') }}
