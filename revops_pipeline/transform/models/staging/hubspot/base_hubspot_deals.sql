{{ hubspot_live_records('deals') }}
