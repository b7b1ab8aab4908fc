%% What inet:gethostbyname/1,2 and inet:gethostbyaddr/1 give.
-ifndef(INET_HRL_).
-define(INET_HRL_, true).

-record(hostent,
        {h_name :: inet:hostname(),
         h_aliases = [] :: [inet:hostname()],
         h_addrtype :: inet | inet6,
         h_length :: non_neg_integer(), % bytes of an address
         h_addr_list = [] :: [inet:ip_address()]}).

-endif.
