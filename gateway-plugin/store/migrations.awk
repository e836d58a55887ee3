# migrations/NNNN-*.sql, in order -> a C table of struct migration.
BEGIN {
    print "/* Made by migrations.awk: change the .sql files instead. */"
    print "#include \"gateway-plugin/store/migrations.h\"\n"
    print "const struct migration STORE_MIGRATIONS[] = {"
}
FNR == 1 {
    if (NR > 1)
        print "    },"
    name = FILENAME
    sub(/.*\//, "", name)
    printf "    {\n        %d,\n", substr(name, 1, 4)
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    printf "        \"%s\\n\"\n", $0
}
END {
    print "    },\n};\n"
    print "const size_t STORE_MIGRATION_COUNT = sizeof STORE_MIGRATIONS / sizeof STORE_MIGRATIONS[0];"
}
