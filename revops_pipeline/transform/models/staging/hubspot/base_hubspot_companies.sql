{{ hubspot_live_records('companies') }}
