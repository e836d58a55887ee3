# gateway-plugin/cliota/
