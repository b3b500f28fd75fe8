class StandIn:
    address = ""
