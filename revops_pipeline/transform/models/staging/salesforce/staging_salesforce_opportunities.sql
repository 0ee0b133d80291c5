{{ salesforce_staged('opportunities') }}
