var user_details =  {
  "expanded_url": "https://anna.example",
  "screen_name": "AnnaFerri",
  "location": "Torino",
  "full_name": "Anna Ferri",
  "bio": "Disegno",
  "id": "1001",
  "created_at": "2012-03-04 10:00:00 +0000"
}
