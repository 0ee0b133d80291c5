{{ hubspot_live_records('contacts') }}
