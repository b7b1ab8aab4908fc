%% What zip:list_dir/1 and zip:table/1 tell of an archive.
-ifndef(ZIP_HRL_).
-define(ZIP_HRL_, true).

-record(zip_file,
        {name :: string(),
         info :: file:file_info(),
         comment :: string(),
         offset :: non_neg_integer(), % in the archive
         comp_size :: non_neg_integer()}).

-record(zip_comment, {comment :: string()}).

-endif.
