{{ salesforce_staged('cases') }}
