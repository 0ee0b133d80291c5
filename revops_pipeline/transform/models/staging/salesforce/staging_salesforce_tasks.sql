{{ salesforce_staged('tasks') }}
