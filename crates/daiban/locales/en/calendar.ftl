### Calendar. Keys begin with calendar-.
