# openapi.json -> a C string, a line each.
BEGIN {
    print "/* Made by openapi.awk: change openapi.json instead. */"
    print "#include \"gateway-plugin/api/openapi.h\"\n"
    print "const char openapi_document[] ="
}
{
    gsub(/\\/, "&&")
    gsub(/"/, "\\\"")
    printf "    \"%s\\n\"\n", $0
}
END {
    print "    ;"
}
