%% Text and its encodings; what is not here is in Go.
-module(unicode).
-export([bin_is_7bit/1, characters_to_binary/1, characters_to_binary/2,
         characters_to_binary/3, characters_to_list/1, characters_to_list/2,
         characters_to_nfc_binary/1, characters_to_nfc_list/1, characters_to_nfd_binary/1,
         characters_to_nfd_list/1, characters_to_nfkc_binary/1, characters_to_nfkc_list/1,
         characters_to_nfkd_binary/1, characters_to_nfkd_list/1, bom_to_encoding/1,
         encoding_to_bom/1, category/1, is_whitespace/1, is_id_start/1, is_id_continue/1]).

bom_to_encoding(<<239, 187, 191, _/binary>>) -> {utf8, 3};
bom_to_encoding(<<0, 0, 254, 255, _/binary>>) -> {{utf32, big}, 4};
bom_to_encoding(<<255, 254, 0, 0, _/binary>>) -> {{utf32, little}, 4};
bom_to_encoding(<<254, 255, _/binary>>) -> {{utf16, big}, 2};
bom_to_encoding(<<255, 254, _/binary>>) -> {{utf16, little}, 2};
bom_to_encoding(Bin) when is_binary(Bin) -> {latin1, 0}.

encoding_to_bom(unicode) -> <<239, 187, 191>>;
encoding_to_bom(utf8) -> <<239, 187, 191>>;
encoding_to_bom(utf16) -> <<254, 255>>;
encoding_to_bom({utf16, big}) -> <<254, 255>>;
encoding_to_bom({utf16, little}) -> <<255, 254>>;
encoding_to_bom(utf32) -> <<0, 0, 254, 255>>;
encoding_to_bom({utf32, big}) -> <<0, 0, 254, 255>>;
encoding_to_bom({utf32, little}) -> <<255, 254, 0, 0>>;
encoding_to_bom(latin1) -> <<>>.

%% In Go.

bin_is_7bit(_) -> erlang:nif_error(undef).
characters_to_binary(_) -> erlang:nif_error(undef).
characters_to_binary(_, _) -> erlang:nif_error(undef).
characters_to_binary(_, _, _) -> erlang:nif_error(undef).
characters_to_list(_) -> erlang:nif_error(undef).
characters_to_list(_, _) -> erlang:nif_error(undef).
characters_to_nfc_binary(_) -> erlang:nif_error(undef).
characters_to_nfc_list(_) -> erlang:nif_error(undef).
characters_to_nfd_binary(_) -> erlang:nif_error(undef).
characters_to_nfd_list(_) -> erlang:nif_error(undef).
characters_to_nfkc_binary(_) -> erlang:nif_error(undef).
characters_to_nfkc_list(_) -> erlang:nif_error(undef).
characters_to_nfkd_binary(_) -> erlang:nif_error(undef).
characters_to_nfkd_list(_) -> erlang:nif_error(undef).
category(_) -> erlang:nif_error(undef).
is_whitespace(_) -> erlang:nif_error(undef).
is_id_start(_) -> erlang:nif_error(undef).
is_id_continue(_) -> erlang:nif_error(undef).
