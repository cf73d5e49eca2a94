"""Synonyms: what other systems call tables and columns of the contract (SAP, Odoo, ERPNext, AdventureWorks style)."""

TABLE_WORDS: dict[str, str] = {
    "item": "item items product products material materials article mara marc makt sku part dimproduct nodes",
    "customer": "customer customers kna1 client buyer respartner debtor store reseller dimcustomer dimreseller",
    "location": "location plant plants warehouse warehouses site t001w stockwarehouse dc",
    "sales_line": (
        "sales salesorder salesline orderline vbap saleorderline invoice factsales orders delivery shipment "
        "factresellersales factinternetsales salesorderdetail salesorderitem vbrp transactions history lines"
    ),
    "inventory": "inventory stock onhand mard mchb stockquant bin productinventory bestand",
    "supply_order": "purchaseorder purchase ekpo workorder productionorder afpo purchaseorderdetail mrpproduction",
    "supplier": "supplier suppliers vendor vendors lfa1 creditor",
    "price_break": "pricebreak pricebreaks quantitydiscount discountscale scale staffel konm",
    "source": "source sourcing productvendor supplierinfo eine eina itemsupplier infoRecord",
    "bom": "bom bill billofmaterials stpo mrpbomline component components",
    "routing": "routing operation operations plpo workorderrouting routingworkcenter bomoperation",
    "resource": "resource workcenter workcentre workstation crhd machine mrpworkcenter",
    "resource_capacity": "capacity kako availability",
    "resource_history": "resourcehistory hoursworked actualhours confirmations afru",
    "working_calendar": "workingcalendar factorycalendar tfacd",
    "calendar_exception": "calendarexception holidays holiday shutdowns thoc",
    "price": "price prices pricelist konp itemprice listprice productlistpricehistory",
    "item_cost": "cost costs standardcost mbew productcosthistory valuation",
    "currency_rate": "currency exchange rate rates tcurr currencyrate currencyexchange factcurrencyrate",
    "budget": "budget quota target plan factsalesquota salespersonquotahistory",
    "actuals_gl": "ledger gl finance actuals acdoca factfinance accountmoveline",
    "promotion": "promotion promo specialoffer dimpromotion campaign",
    "uom_conversion": "uom unit marm conversion uomconversion",
    "forecast_in": "forecast forecasts pir",
    "item_location": "itemlocation marc reorder itemsite",
    "period": "period calendar fiscalperiod",
}
"""Words of file names, by contract table."""

COLUMN_WORDS: dict[str, str] = {
    "item_id": (
        "item_id matnr product_id item_code itemcode productnumber product_number productkey product sku material "
        "article item product_code productid defaultcode default_code part_number stockcode node code "
        "item_description"
    ),
    "description": "description maktx item_name itemname name product_name title bezeichnung englishproductname",
    "base_uom": "base_uom meins stock_uom uom unit unit_of_measure uom_id basisme unitmeasurecode",
    "item_type": "item_type mtart type product_type is_stock_item",
    "make_buy": "make_buy beskz makeflag procurement_type make_flag",
    "category": "category product_category spart division productcategory product_group prodh group",
    "family": (
        "family matkl item_group product_family categ_id subcategory productsubcategory sub_classification subgroup"
    ),
    "brand": "brand marke",
    "launch_date": "launch_date sellstartdate start_of_sales introduction_date",
    "end_date": "end_date sellenddate discontinueddate end_of_life enddate datbi valid_to",
    "weight_kg": "weight_kg ntgew net_weight",
    "customer_id": (
        "customer_id kunnr partner_id customer customer_code customerkey resellerkey customerid sold_to client "
        "country kunag"
    ),
    "name": "name name1 customer_name supplier_name vendor_name description",
    "channel": "channel vtweg sales_channel order_type fulfill_via team_id",
    "territory": "territory vkbur salesterritory territory_id region bzirk salesterritorykey",
    "country": "country land1 country_id countryregioncode",
    "location_id": "location_id werks plant warehouse warehouse_id site location set_warehouse lgort",
    "order_id": (
        "order_id vbeln sales_order order salesordernumber salesorderid so_number invoice invoiceno ebeln "
        "purchaseorderid workorderid po_so parent aufnr order_number document"
    ),
    "line_id": (
        "line_id posnr line idx salesorderlinenumber salesorderdetailid line_number ebelp purchaseorderdetailid id "
        "pos position"
    ),
    "order_date": (
        "order_date audat erdat date_order transaction_date orderdate date posting_date bedat invoicedate create_date "
        "order_date_key"
    ),
    "requested_date": (
        "requested_date vdatu edatu commitment_date delivery_date duedate due_date scheduled_delivery_date lfdat"
    ),
    "shipped_date": "shipped_date shipdate wadat date_done delivered_date delivered_to_client_date",
    "due_date": "due_date eindt duedate date_planned schedule_date schedule_end",
    "quantity": (
        "quantity kwmeng menge product_uom_qty qty orderqty orderquantity order_qty line_item_quantity fkimg "
        "sales_quantity units pieces anzahl"
    ),
    "quantity_open": "quantity_open open_qty qty_to_receive qty_to_deliver orderqty outstanding",
    "quantity_ordered": "quantity_ordered orderqty menge",
    "quantity_received": "quantity_received receivedqty wemng qty_received",
    "status": "status gbstk state",
    "unit_price": "unit_price netpr price_unit rate unitprice pack_price preis",
    "discount": "discount unitpricediscountpct unitpricediscount discount_percentage",
    "amount_net": (
        "amount_net netwr price_subtotal net_amount amount salesamount linetotal line_total line_item_value umsatz "
        "revenue sales value betrag"
    ),
    "currency": "currency waerk waers currency_id currencycode",
    "on_hand_qty": "on_hand_qty labst actual_qty on_hand quantity qty bestand unitsbalance",
    "as_of_date": "as_of_date snapshot_date date movementdate",
    "supplier_id": "supplier_id lifnr vendor vendorid supplier businessentityid partner_id",
    "lead_time_days": "lead_time_days plifz delay lead_time averageleadtime daystomanufacture lead_time_days",
    "min_lot": "min_lot bstmi min_qty minorderqty bstma min_order_qty",
    "component_id": "component_id idnrk componentid item_code component product_id",
    "bom_id": "bom_id stlnr parent",
    "quantity_per": "quantity_per menge qty product_qty perassemblyqty",
    "per_quantity": "per_quantity bmeng",
    "valid_from": "valid_from startdate start_date datuv datab date_start currencyratedate date quotadate",
    "valid_to": "valid_to enddate end_date datub date_end",
    "routing_id": "routing_id plnnr routing",
    "operation_no": "operation_no vornr sequence operationsequence operation",
    "resource_id": "resource_id arbpl workcenter_id workstation locationid work_center resource",
    "hours_per_unit": "hours_per_unit vgw01 time_cycle hours",
    "setup_hours": "setup_hours vgw02 setup",
    "cost_per_hour": "cost_per_hour costrate costs_hour hour_rate",
    "available": "available availability capacity kapaz hours_available",
    "shifts": "shifts shifts_per_day anzsh",
    "hours_per_shift": "hours_per_shift shift_hours",
    "labour_hours": "labour_hours labor_hours vgw03",
    "carrier_id": "carrier_id carrier tdlnr",
    "hours_worked": "hours_worked actual_hours ismnw",
    "weekdays": "weekdays working_weekdays",
    "price": "price kbetr list_price price_list_rate listprice fixed_price",
    "standard_cost": "standard_cost stprs standard_price standardcost valuation_rate cost",
    "from_currency": "from_currency fcurr fromcurrencycode",
    "to_currency": "to_currency tcurr tocurrencycode",
    "rate": "rate ukurs exchange_rate averagerate",
    "account": "account racct account_id accountkey account_code",
    "amount": "amount hsl amount_total salesquota balance budget_amount salesamountquota",
    "period_id": "period_id poper month fiscal_period period",
    "promotion_id": "promotion_id specialofferid promotionkey knuma",
    "start_date": "start_date startdate valid_from",
    "location_type": "location_type",
    "organisation": "organisation organization bukrs company_id organizationkey",
    "factor": "factor umrez umren",
    "stock_type": "stock_type insmk",
}
"""What columns are called elsewhere, by contract column; the first fits best."""
